"""Solvers of a problem: exact, over a whole recording, in a fixed number of steps."""
