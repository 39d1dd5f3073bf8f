"""Whether all that names the version names the same one, and whether a tag may be published.

Prints one line for each problem:

    python scripts/check_release.py           # of all places, and of the recipe's dependencies
    python scripts/check_release.py v1.2.3    # and of the tag, and of CHANGELOG.md's section of it
"""

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
# Where the version stands, and how.
_PLACES: Final = {
    "CITATION.cff": r"^version: (\S+)$",
    "codemeta.json": r'^  "version": "([^"]+)",$',
    "docs/citing.md": r"(?:^> Version |^  version = \{)(\d+(?:\.\d+)*)",
    "recipe/recipe.yaml": r"^  version: (\S+)$",
}


def problems(root: Path = ROOT, tag: str | None = None) -> Iterator[str]:
    """Everything that keeps a version from being published, one line each."""
    source = (root / "src" / "nuchal" / "__init__.py").read_text("utf-8")
    version = re.findall(r'^__version__ = "([^"]+)"$', source, re.M)[0]
    for name, pattern in _PLACES.items():
        stated = re.findall(pattern, (root / name).read_text("utf-8"), re.M)
        if set(stated) != {version}:
            yield f"{name}: says {', '.join(stated) or 'nothing'}, the package {version}"
    yield from _other_dependencies(root)
    if tag is None:
        return
    if tag != f"v{version}":
        yield f"{tag}: the package is {version}, so the tag has to be v{version}"
    changes = (root / "CHANGELOG.md").read_text("utf-8")
    if not re.search(rf"^## \[{re.escape(version)}\] - \d{{4}}-\d\d-\d\d$", changes, re.M):
        yield f"CHANGELOG.md: has no section ## [{version}] - YYYY-MM-DD"


def _other_dependencies(root: Path) -> Iterator[str]:
    """What the recipe requires is what the package does; some names are others there."""
    text = (root / "pyproject.toml").read_text("utf-8")
    block = re.findall(r"^dependencies = \[\n(.*?)^\]", text, re.S | re.M)[0]
    names = {
        "flatbuffers": "python-flatbuffers",
        "lazy_loader": "lazy-loader",
        "matplotlib": "matplotlib-base",
    }
    wanted = {names.get(one, one) for one in re.findall(r'^    "([A-Za-z0-9_-]+)', block, re.M)}
    recipe = (root / "recipe" / "recipe.yaml").read_text("utf-8")
    run = re.findall(r"^  run:\n((?:    - .*\n)+)", recipe, re.M)[0]
    stated = set(re.findall(r"^    - ([A-Za-z0-9_-]+)", run, re.M)) - {"python"}
    if stated != wanted:
        yield f"recipe/recipe.yaml: differs in {', '.join(sorted(stated ^ wanted))}"


def main() -> int:
    """Print the problems."""
    found = list(problems(tag=sys.argv[1] if len(sys.argv) > 1 else None))
    json.loads((ROOT / "codemeta.json").read_text("utf-8"))
    print("\n".join(found) or "The version is the same everywhere.")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
