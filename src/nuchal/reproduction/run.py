"""The paper from end to end, stage by stage; each is kept, so that a killed run goes on."""

from functools import partial
from pathlib import Path
from typing import Final

from nuchal.commands.run import Progress, silent
from nuchal.errors import need_extra
from nuchal.reproduction.averaging import average, averaged_motion
from nuchal.reproduction.cast import cast_of
from nuchal.reproduction.judging import judge_both
from nuchal.reproduction.keeping import made_once, open_run
from nuchal.reproduction.learning import MOVEMENTS, label, learn
from nuchal.reproduction.outcome import write_table_1
from nuchal.reproduction.page import write_page
from nuchal.reproduction.parts import take_apart
from nuchal.reproduction.population import measured_groups
from nuchal.reproduction.recorded import write_cast
from nuchal.reproduction.settings import ReproduceOptions

PAGE: Final = "reproduction.html"
# Share of the time that is over when a stage begins, on two cores.
_SHARES: Final = {
    "people": 0.0, "averaging": 0.03, "table 1": 0.07, "labelling": 0.08, "training": 0.16,
    "judging": 0.5, "parts": 0.6, "page": 0.99,
}  # fmt: skip


def run_reproduce(out: Path, *, options: ReproduceOptions, progress: Progress = silent) -> Path:
    """Go through the paper, or go on with a run that was broken off.

    Args:
        out: the folder; new, empty, or of a run of the same settings.
        options: how much.
        progress: told what is being done and which share of it is.

    Returns:
        The page.

    Raises:
        EngineError: the extra ``train`` is not installed.
        OutputError: the folder holds something else, or cannot be written.
    """
    need_extra("train")
    open_run(out, options)
    sizes = options.sizes
    cast = cast_of(options.seed, sizes.judged)

    def tell(stage: str, share: float = 0.0) -> None:
        first, after = _SHARES[stage], [*_SHARES.values(), 1.0][list(_SHARES).index(stage) + 1]
        progress(stage, first + share * (after - first))

    def half(stage: str, k: int, share: float) -> None:
        tell(stage, (k + share) / len(MOVEMENTS))

    tell("people")
    made_once(out / "people", partial(write_cast, cast))
    tell("averaging")
    average(out)
    tell("table 1")
    made_once(
        out / "table_1.csv",
        lambda place: write_table_1(measured_groups(options.seed, sizes.necks), place),
    )
    for k, movement in enumerate(MOVEMENTS):
        label(out, movement, options, partial(half, "labelling", k))
    for k, movement in enumerate(MOVEMENTS):
        learn(out, movement, options, partial(half, "training", k))
    judge_both(out, options, partial(tell, "judging"))
    take_apart(
        cast.others, averaged_motion(out), out / "parts", sizes.necks, partial(tell, "parts")
    )
    tell("page")
    write_page(out, options, out / PAGE)
    progress("done", 1.0)
    return out / PAGE
