"""Surface EMG: from raw channels to activations that can be held against the model's."""
