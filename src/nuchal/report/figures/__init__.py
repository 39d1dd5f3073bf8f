"""Figures of forces, moments, loads and angles."""
