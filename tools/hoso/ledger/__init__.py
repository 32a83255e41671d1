"""History held to the regulation: whose key, which merge, what the log says, what came before."""
