"""From a neck and its motion to lengths, moment arms and joint moments."""
