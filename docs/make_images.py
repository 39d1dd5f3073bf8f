"""Remake the pictures in docs/images from the demonstration recording.

Run it from anywhere, in the project's environment:

    python docs/make_images.py
"""

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image

ROOT = Path(__file__).parents[1]
IMAGES = ROOT / "docs" / "images"
SHADED = ("overview", "peak_forces")
"""Pictures with a scale of colours, which a palette would turn into bands."""


def main() -> None:
    """Estimate the demonstration recording and keep its figures."""
    examples = ROOT / "examples"
    command = Path(sys.executable).with_name("nuchal")
    with TemporaryDirectory() as folder:
        out = Path(folder) / "demo"
        subprocess.run(
            [
                command,
                "estimate",
                examples / "demo_recording.trc",
                "--subject",
                examples / "person.toml",
                "--out",
                out,
            ],
            check=True,
        )
        shrink(out, IMAGES)


def shrink(source: Path, target: Path) -> None:
    """Copy every PNG of a folder, with a palette where that looks the same at a third the size."""
    target.mkdir(parents=True, exist_ok=True)
    for path in sorted(source.glob("*.png")):
        with Image.open(path) as picture:
            plain = picture.convert("RGB")
            small = plain if path.stem in SHADED else plain.quantize(dither=Image.Dither.NONE)
            small.save(target / path.name, optimize=True)


if __name__ == "__main__":
    main()
