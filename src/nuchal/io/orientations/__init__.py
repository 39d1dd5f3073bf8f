"""Files that say how head and torso are turned; ``read`` lists their formats, one a module."""
