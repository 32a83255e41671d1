"""Who may do what: the regulation obeyed, and the decision about a change."""
