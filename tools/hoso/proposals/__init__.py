"""What people send, read, return and approve in a clone, before the server judges it."""
