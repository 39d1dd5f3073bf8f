"""The neck as data, and how it is scaled to a person."""
