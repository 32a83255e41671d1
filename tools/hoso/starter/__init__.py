"""What a new school begins with: a whole small repository that passes its own check."""
