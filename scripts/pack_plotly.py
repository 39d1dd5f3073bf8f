"""Puts the bundle of plotly.js that reports draw with into the package, compressed.

    npm pack plotly.js-gl3d-dist-min@4.1.1 && tar xf plotly.js-gl3d-dist-min-4.1.1.tgz
    python scripts/pack_plotly.py package/plotly-gl3d.min.js

Prints what ``tests/report/test_assessment_report.py`` and ``THIRD_PARTY.md`` have to say of it. The
Python package of plotly brings the whole of plotly.js, three times as long, and 70 MB beside it.
"""

import gzip
import hashlib
import sys
from pathlib import Path
from typing import Final

PLACE: Final = (
    Path(__file__).resolve().parents[1] / "src/nuchal/report/html/templates/plotly-gl3d.min.js.gz"
)


def main(source: str) -> None:
    """Compress a bundle, the same to the byte every time."""
    code = Path(source).read_bytes()
    PLACE.write_bytes(gzip.compress(code, 9, mtime=0))
    print(code[:64].decode("utf-8").splitlines()[1])
    print(f"SHA-256: {hashlib.sha256(code).hexdigest()}")


if __name__ == "__main__":
    main(*sys.argv[1:])
