"""Ranges of motion: how far a head went, what is normal at an age, and what is restricted."""
