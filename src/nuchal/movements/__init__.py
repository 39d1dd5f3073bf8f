"""Movements that nobody recorded: the standard one, an examination, random ones, an average."""
