"""Results as the numbers of their JSON files."""
