"""A folder of any joint: what OpenSim's tools say of its trials, its muscles, and its EMG."""
