"""People, recordings and EMG that nobody measured, with the truth beside them."""
