"""``nuchal learn``: the networks that ``nuchal estimate`` uses, trained and tested anew."""

from typing import TYPE_CHECKING, Any, Final

from rich.console import Console

import nuchal
from nuchal.cli import options as ask
from nuchal.cli.progress import progress_bar
from nuchal.cli.settings import setting, takes
from nuchal.cli.show import answer

if TYPE_CHECKING:
    from nuchal.commands.learn_files import LearntNetworks


_SIZES: Final = {
    "subjects": setting(
        int,
        "--subjects",
        "Training necks, a movement of each one's own.",
        default=2400,
        min=40,
        max=1_000_000,
    ),
    "test_subjects": setting(
        int,
        "--test-subjects",
        "Unseen necks on each test set.",
        default=200,
        min=40,
        max=100_000,
    ),
    "seed": setting(
        int,
        "--seed",
        "Of people, movements, first weights and order.",
        default=1,
        min=0,
        max=2**31,
        metavar="S",
    ),
}


@takes(_SIZES)
def learn(
    out: ask.OutFolder,
    preset: ask.PresetName = "recommended",
    as_json: ask.AsJson = False,
    **given: Any,
) -> None:
    """Networks with mechanics in them, for free movement of people never seen.

    The folder gets neck.npz, which 'nuchal estimate --network' takes, metrics.csv and a model card
    with every figure. Needs the extra train.

    Example: nuchal learn --preset recommended --out networks
    """
    options = nuchal.LearnOptions(
        preset=preset,
        calibration_subjects=max(40, given["subjects"] // 2),
        recorded_subjects=max(8, given["test_subjects"] // 5),
        **given,
    )
    with progress_bar(wanted=not as_json) as progress:
        found = nuchal.run_learn(out=out, options=options, progress=progress)
    answer(found, lambda one: one.as_json(), _tell, as_json=as_json, soft_wrap=True)


def _tell(console: Console, found: "LearntNetworks") -> None:
    console.print(f"{found.out}: trained in {found.seconds:.0f} s.")
    for name, one in found.tests.windows.items():
        r2 = one.accuracy.spread("r2")
        console.print(
            f"{name}: R2 {r2.worst:.3f} in the worst muscle, {r2.median:.3f} in the "
            f"median; intervals hold {one.coverage.mean():.1%}."
        )
    console.print("The model card says more.")
