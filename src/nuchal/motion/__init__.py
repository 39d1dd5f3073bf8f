"""From a recording of markers to the six coordinates and their derivatives."""
