"""Each time that the head goes as far as it does: how far, how fast, how smoothly, and back."""
