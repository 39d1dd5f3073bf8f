"""Networks that give muscle forces: the paper's own, and ours with equilibrium inside."""
