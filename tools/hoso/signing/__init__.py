"""What is signed and who signed it: canonical JSON, SSH keys and signatures, raw commits."""
