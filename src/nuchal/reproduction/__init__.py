"""The first paper from end to end: its people, its networks, its tables and figures beside ours.

He, Liu, Li: From Simplified Markers to Muscle Function, Sensors 2026, 26(2):752,
doi 10.3390/s26020752.
"""
