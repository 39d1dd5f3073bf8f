"""Labelled motions, and the training and testing of networks with equilibrium inside."""
