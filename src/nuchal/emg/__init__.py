"""Surface EMG, and the excitations of muscles that no electrode reaches."""
