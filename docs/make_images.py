"""Remake the pictures in docs/images from the demonstration recording.

Run it from anywhere, in the project's environment:

    python docs/make_images.py
"""

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image

import nuchal

ROOT = Path(__file__).parents[1]
IMAGES = ROOT / "docs" / "images"
SHADED = ("overview", "peak_forces")
"""Pictures with a scale of colours, which a palette would turn into bands."""


def main() -> None:
    """Estimate the demonstration recording, beside its EMG, too, and keep the figures."""
    examples = ROOT / "examples"
    emg = ["--emg", examples / "demo_emg.csv", "--mvc", examples / "demo_mvc.csv"]
    with TemporaryDirectory() as folder:
        for verb, words in (("estimate", []), ("emg", emg), ("deep-emg", emg)):
            out = Path(folder) / verb
            command = [Path(sys.executable).with_name("nuchal"), verb]
            person = ["--subject", examples / "person.toml", "--out", out]
            subprocess.run([*command, examples / "demo_recording.trc", *person, *words], check=True)
            shrink(out, IMAGES)
        shrink(first_page(Path(folder)), IMAGES)


def first_page(folder: Path) -> Path:
    """The first page of the made patient's report; pdftoppm (poppler-utils) turns it into PNG."""
    patient, out, picture = nuchal.example_patient(), folder / "assess", folder / "page"
    command = [Path(sys.executable).with_name("nuchal"), "assess", *sorted(patient.glob("*.trc"))]
    words = ["--subject", patient / "person.toml", "--out", out, "--no-tables", "--pdf"]
    subprocess.run([*command, *words], check=True)
    picture.mkdir()
    one = ["-f", "1", "-l", "1", "-singlefile", "-r", "109", "-H", "790", "-png"]
    subprocess.run(["pdftoppm", *one, out / "report.pdf", picture / "report"], check=True)
    return picture


def shrink(source: Path, target: Path) -> None:
    """Copy every PNG of a folder, with a palette where that looks the same at a third the size."""
    target.mkdir(parents=True, exist_ok=True)
    for path in sorted(source.rglob("*.png")):
        with Image.open(path) as picture:
            plain = picture.convert("RGB")
            small = plain if path.stem in SHADED else plain.quantize(dither=Image.Dither.NONE)
            small.save(target / path.name, optimize=True)


if __name__ == "__main__":
    main()
