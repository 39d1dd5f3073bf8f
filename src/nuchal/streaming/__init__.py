"""Forces while a person moves: from frames as they come in to forces of all muscles, 20 ms later.

``grid`` puts frames of any rate on even ticks, ``settle`` finds the person in the first of them,
``worn`` takes every further one to the neck's axes, ``step`` finds its forces, and ``flow`` joins
them and notices what goes wrong.
"""
