"""What a muscle can do: its curves, and the Hill model with a rigid tendon."""
