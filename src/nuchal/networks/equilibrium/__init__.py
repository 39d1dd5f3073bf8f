"""Networks with mechanics inside: a proposal, equilibrium by Newton steps, and intervals."""
