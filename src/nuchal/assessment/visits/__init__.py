"""Two visits of one person: what has changed between them, and how surely that can be told."""
