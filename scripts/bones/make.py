"""Draws the bones anew: writes ``outlines.json`` of the figures and ``bones.npz`` of the scene.

Run ``python scripts/bones/make.py`` after a change of the drawings beside this file.
"""

import json
from pathlib import Path

import numpy as np
from bones import skull_and_jaw, spine_and_shoulders
from outlines import BACK, CLAVICLE, FRONT, SCAPULA, SIDE

REPORT = Path(__file__).parents[2] / "src" / "nuchal" / "report"


def main() -> None:
    """Write both files."""
    drawn = {"side": SIDE, "back": BACK, "front": FRONT, "clavicle": CLAVICLE, "scapula": SCAPULA}
    text = json.dumps(drawn, separators=(",", ":"))
    (REPORT / "figures" / "outlines.json").write_text(text + "\n", encoding="utf-8")
    solids = [*spine_and_shoulders(), *skull_and_jaw()]
    np.savez_compressed(
        REPORT / "scene" / "bones.npz",
        body=[one.body for one in solids],
        tone=[one.tone for one in solids],
        vertex_end=np.cumsum([len(one.vertices) for one in solids]),
        face_end=np.cumsum([len(one.faces) for one in solids]),
        vertices=np.concatenate([one.vertices for one in solids]).astype("f4"),
        faces=np.concatenate([one.faces for one in solids]).astype("u2"),
    )


if __name__ == "__main__":
    main()
