"""The regulations as small pure rules, and the list of all of them."""
