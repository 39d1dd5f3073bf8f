"""Keys, units and meaning of every number in the JSON files."""
