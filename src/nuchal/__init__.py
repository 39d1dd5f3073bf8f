"""nuchal: the forces of 72 neck muscles from a recording of head markers.

The story, in reading order. ``conventions`` names the six coordinates, the levels and the signs;
``records`` holds the nouns that rooms hand to one another. ``model`` is the neck as data, scaled to
a person. ``tracking`` turns recorded markers into the six coordinates; ``movements`` makes motions
that nobody recorded. ``dynamics`` goes from there to lengths, moment arms and joint moments, and
``optimisation`` shares the moments out among the muscles; ``networks`` do the same in less time.
``emg`` and ``assessment`` lay the result beside measured activity and beside healthy people. ``io``
reads and writes files, ``report`` draws and speaks, ``commands`` strings it all together, and
``cli`` and ``app`` give it to people:

>>> import nuchal
>>> nuchal.COORDINATES
('pitch1', 'roll1', 'yaw1', 'pitch2', 'roll2', 'yaw2')

The names below are loaded when they are first used, so that ``import nuchal`` is quick.
"""

import lazy_loader as _lazy

__version__ = "0.1.0"

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)
