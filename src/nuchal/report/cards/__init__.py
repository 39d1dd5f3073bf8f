"""Model cards: what networks were trained on, how well they do, and where they fail."""
