"""Motion envelopes: volumes that head markers sweep, and the neck whose are most alike."""
