"""What a dataset says of itself: format, version and the recipe that it was made from."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from nuchal import __version__
from nuchal.errors import DatasetError, NuchalError, Setting
from nuchal.io.networks.arrays import FIRST_SYSTEM
from nuchal.model.generic import generic_system
from nuchal.networks.training.records import Recipe
from nuchal.optimisation.settings import version_of
from nuchal.plain_text import fitted, plain_within

# 1 had a rhythm where necks have traits and a range now.
FORMAT: Final = 2
# Letters of a setting's value in a message.
_LONGEST_VALUE: Final = 60
_RECIPES: Final = TypeAdapter(Recipe)


class About(BaseModel):
    """What a dataset says of itself.

    Attributes:
        system: Fingerprint of the neck.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: int
    version: str
    commit: str | None
    recipe: dict[str, Any]
    system: str = FIRST_SYSTEM
    preset_version: int = 1


def about(recipe: Recipe, commit: str | None) -> About:
    """What a dataset of this recipe, made by this software, says of itself."""
    plain = _RECIPES.dump_python(recipe, mode="json", fallback=dict, warnings=False)
    return About(
        format=FORMAT,
        version=__version__,
        commit=commit,
        recipe=plain,
        system=generic_system().fingerprint,
        preset_version=recipe.settings.version,
    )


def recipe_text(recipe: Recipe) -> str:
    """A recipe as JSON, to be sent elsewhere."""
    return _RECIPES.dump_json(recipe, fallback=dict, warnings=False).decode()


def recipe_from(text: str) -> Recipe:
    """The recipe of :func:`recipe_text`."""
    return _RECIPES.validate_json(text)


def stored_recipe(path: Path, described: About) -> Recipe:
    """The recipe of a dataset that was read.

    Raises:
        DatasetError: it is damaged.
    """
    try:
        return _RECIPES.validate_python(described.recipe)
    except (ValidationError, NuchalError) as error:
        raise DatasetError("dataset.recipe", path) from error


def checked(path: Path, found: object) -> About:
    """What a dataset says of itself, once it is whole and of this format.

    Raises:
        DatasetError: it is nothing of nuchal's, damaged, of another format or neck.
    """
    if found is None:
        raise DatasetError("dataset.foreign", path, remedy=Setting("out"))
    try:
        described = About.model_validate(plain_within(found))
    except ValidationError as error:
        raise DatasetError("dataset.unexplained", path, remedy=Setting("out")) from error
    if described.format != FORMAT:
        raise DatasetError(
            "dataset.format",
            path,
            found=described.format,
            wanted=FORMAT,
            version=described.version,
        )
    wanted = generic_system().fingerprint
    if described.system != wanted:
        raise DatasetError("dataset.other_system", path, found=described.system, wanted=wanted)
    _check_version(path, described)
    return described


def _check_version(path: Path, described: About) -> None:
    preset, found = described.recipe.get("preset"), described.preset_version
    wanted = version_of(preset)
    if wanted not in (None, found):
        raise DatasetError("dataset.other_version", path, preset=preset, found=found, wanted=wanted)


def refuse_another(path: Path, theirs: About, mine: About) -> None:
    """Settings never mix.

    Raises:
        DatasetError: a setting differs; the first is named.
    """
    one, other = _flat(theirs.model_dump()), _flat(mine.model_dump())
    unlike = [k for k in sorted(one | other) if one.get(k) != other.get(k)]
    if unlike:
        first = unlike[0]
        raise DatasetError(
            "dataset.other_settings",
            path,
            name=first,
            theirs=_short(one.get(first)),
            mine=_short(other.get(first)),
            more=len(unlike) - 1,
            remedy=Setting("out"),
        )


def _short(value: object) -> str:
    return fitted(str(value), _LONGEST_VALUE)


def _flat(nested: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, value in nested.items():
        name = key if prefix in ("", "recipe") else f"{prefix}.{key}"
        flat |= _flat(value, name) if isinstance(value, Mapping) else {name: value}
    return flat
