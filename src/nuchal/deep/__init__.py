"""Excitations of muscles that no electrode reaches: synergies, and a neural model."""
