"""Recordings in every format that laboratories export, one module a format."""
