"""Static optimisation: terms make a problem, solvers solve it."""
