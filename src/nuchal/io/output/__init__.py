"""Results that appear whole or not at all, for their owner only, whenever a run is killed."""
