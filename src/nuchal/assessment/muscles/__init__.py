"""Muscle forces of a person beside those of healthy people: ratios and their limits."""
