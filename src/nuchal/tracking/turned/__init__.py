"""From how head and torso are turned to the motion of a neck."""
