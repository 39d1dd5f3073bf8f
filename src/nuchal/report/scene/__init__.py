"""The neck in three dimensions: bones drawn by us, muscles along their paths, movement.

``neck_scene.js`` draws what ``neck_motion`` writes. It stands alone but for three.js, which whoever
shows it hands over.
"""

from pathlib import Path
from typing import Final

# The folder of ``neck_scene.js``.
BROWSER: Final = Path(__file__).parent / "browser"
