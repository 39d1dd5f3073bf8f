"""Results as the numbers of their JSON files: what each number is, and how it is found."""
