"""nuchal: the forces of 72 neck muscles from a recording of head markers.

The story, in reading order. ``conventions`` names the six coordinates, the levels and the signs
that everyone agrees on; ``records`` holds the nouns that rooms hand to one another. ``model`` reads
the generic neck from the package's tables into an ``Anatomy`` and makes it a person's own.
``motion`` turns recorded markers into the six coordinates and their derivatives. ``dynamics`` goes
from there to lengths, moment arms and joint moments, and shares the moments out among the muscles.
``io`` reads recordings and writes OpenSim's formats, ``report`` draws, ``workflows`` strings it all
together, and ``cli`` gives it to people:

>>> import nuchal
>>> nuchal.COORDINATES
('pitch1', 'roll1', 'yaw1', 'pitch2', 'roll2', 'yaw2')

The names below are loaded when they are first used, so that ``import nuchal`` is quick.
"""

import lazy_loader as _lazy

__version__ = "0.1.0"

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)
