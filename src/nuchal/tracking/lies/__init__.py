"""Markers that are not where they say: still, jumping, slipping, exchanged."""
