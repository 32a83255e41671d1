"""What anybody with a clone can prove: that the regulation was obeyed, what became of a value."""
