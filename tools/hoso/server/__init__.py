"""The bare repository that enforces the regulation: founded, pushed to, kept whole, asked."""
