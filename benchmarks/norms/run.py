"""What is known of how directions go together in one person, and of women and men: 14 people.

    python benchmarks/norms/run.py --write

Goniometer, three repetitions each way; what the norms and the judgement of restrictions stand on
beside ages (``scripts/range_correlations.py`` made their table of the same sheet). Intervals are by
drawing people anew, 10,000 times. ``--write`` writes results/norms.md. Needs
``../shared/reference/range_of_motion``.
"""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np

from nuchal.model.clinical import DIRECTIONS
from nuchal.model.norms import correlation, drawn_correlation

ROOT: Final = Path(__file__).parents[2]
SHEET: Final = ROOT.parent / "shared/reference/range_of_motion/PartA.xlsx"
RESULTS: Final = ROOT / "benchmarks/results/norms.md"
_DRAWN: Final = 10_000
_SEED: Final = 808
_PAIRS: Final = {
    "right and left bending": [(2, 3)],
    "right and left rotation": [(4, 5)],
    "bending and rotation, the same side": [(2, 4), (3, 5)],
    "bending and rotation, opposite sides": [(2, 5), (3, 4)],
    "flexion and extension": [(0, 1)],
    "flexion with the others": [(0, k) for k in range(2, 6)],
    "extension with the others": [(1, k) for k in range(2, 6)],
}


def people() -> tuple[np.ndarray, np.ndarray]:
    """Mean reach of each of ``DIRECTIONS`` by person [degrees], and which of them are women."""
    sys.path.insert(0, str(ROOT / "scripts"))
    import range_correlations as sheet

    reach, names = sheet.measured_people(SHEET)
    women = sheet.women(SHEET)
    return reach.mean(axis=2), np.array([women[name] for name in names])


def by_pair(reach: np.ndarray) -> Iterator[str]:
    """Correlations with their intervals, beside what is assumed of virtual people."""
    yield "| directions | measured | 95 % interval | believed of people | drawn of virtual people |"
    yield "| --- | --- | --- | --- | --- |"
    dice = np.random.default_rng(_SEED)
    which = dice.integers(len(reach), size=(_DRAWN, len(reach)))
    again = np.array([np.corrcoef(reach[one].T) for one in which])
    tables = np.corrcoef(reach.T), correlation(), drawn_correlation()
    for name, pairs in _PAIRS.items():
        found, believed, drawn = (np.mean([x[pair] for pair in pairs]) for x in tables)
        low, high = np.quantile(np.mean([again[:, i, k] for i, k in pairs], axis=0), [0.025, 0.975])
        cells = (f"{x:.2f}" for x in (found, believed, drawn))
        mean, *others = cells
        yield f"| {name} | {mean} | {low:.2f} to {high:.2f} | " + " | ".join(others) + " |"


def by_sex(reach: np.ndarray, women: np.ndarray) -> Iterator[str]:
    """Women less men, with intervals."""
    count = int(women.sum())
    men = len(women) - count
    yield f"| direction | {count} women | {men} men | women less men, 95 % interval |"
    yield "| --- | --- | --- | --- |"
    dice = np.random.default_rng(_SEED)
    for k, way in enumerate(DIRECTIONS):
        hers, his = reach[women, k], reach[~women, k]
        off = [
            dice.choice(hers, len(hers)).mean() - dice.choice(his, len(his)).mean()
            for _ in range(_DRAWN)
        ]
        low, high = np.quantile(off, [0.025, 0.975])
        more = f"{hers.mean() - his.mean():+.0f}° ({low:+.0f} to {high:+.0f})"
        yield f"| {way} | {hers.mean():.0f}° | {his.mean():.0f}° | {more} |"


def main() -> None:
    """Print the tables, and write them where asked."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--write", action="store_true", help="write the results too")
    given = parser.parse_args()
    reach, women = people()
    found = {
        "Directions that go together": list(by_pair(reach)),
        "Women and men": list(by_sex(reach, women)),
    }
    parts = [f"## {title}\n\n" + "\n".join(lines) for title, lines in found.items()]
    head = "# Ranges of 14 people\n\n`benchmarks/norms/run.py --write`.\n\n"
    text = head + "\n\n".join(parts) + "\n"
    sys.stdout.write(text)
    if given.write:
        RESULTS.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
