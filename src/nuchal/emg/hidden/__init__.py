"""Muscles that no electrode reaches: synergy extrapolation, and a neuromusculoskeletal model."""
