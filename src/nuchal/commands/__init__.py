"""One file a command: it reads what was given, runs the rooms below, and returns an object."""
