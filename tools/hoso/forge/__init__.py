"""What a forge is told of the regulation, what it answers, and what its answers are worth."""
