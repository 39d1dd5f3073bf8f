"""The terms of the objective: one class a term, each of which gives its part of the problem."""
