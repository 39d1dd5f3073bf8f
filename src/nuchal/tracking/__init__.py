"""Recorded markers become the six coordinates and their derivatives."""
