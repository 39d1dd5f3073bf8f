"""What a person reads: the summary as JSON and the figures.

Only the modules that draw import matplotlib; ``summary`` and ``clinic`` do without.
"""
