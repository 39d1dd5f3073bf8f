"""Files that take their places one by one, for disks and systems that exchange no folders.

A journal of what is to happen is written first. A run that is killed after that is finished by
the next one that writes there; one that fails puts everything back.
"""

from contextlib import ExitStack
from pathlib import Path
from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, ConfigDict

from nuchal.io.output.private import flush, make_folder

JOURNAL: Final = "journal.json"
_ASIDE: Final = "before"


def _below(name: str) -> str:
    """A path that leads nowhere but down."""
    path = Path(name)
    if path.anchor or ".." in path.parts or not path.parts:
        raise ValueError("leads elsewhere")
    return name


_Name = Annotated[str, AfterValidator(_below)]


class _Journal(BaseModel):
    """What a run was about to do.

    Attributes:
        draft: Where the new files lie in the hidden folder.
        out: Where the folder of results lies beside the hidden one; None if that lies in it.
        files: Those that take their places, by paths in the folder of results.
        stale: Those of an earlier run that go.
    """

    model_config = ConfigDict(extra="forbid", strict=True)

    draft: _Name
    out: _Name | None
    files: list[_Name]
    stale: list[_Name]


def put_in_place(hidden: Path, draft: Path, out: Path, files: list[str], stale: list[str]) -> None:
    """Move new files in and those of an earlier run out; all is put back if a step fails.

    Args:
        hidden: the run's hidden folder, beside ``out`` or in it.
        draft: the folder with the new files.
        out: the folder of results.
        files: paths in both folders, with strokes.
        stale: paths in ``out``.
    """
    journal = hidden / JOURNAL
    plan = _Journal(
        draft=draft.relative_to(hidden).as_posix(),
        out=None if hidden.parent == out else out.relative_to(hidden.parent).as_posix(),
        files=files,
        stale=stale,
    )
    begun = hidden / f"{JOURNAL}.begun"
    begun.write_text(plan.model_dump_json(), "utf-8")
    flush(begun)
    begun.replace(journal)
    _move_all(draft, hidden / _ASIDE, out, files, stale)
    journal.unlink(missing_ok=True)


def finish(hidden: Path) -> None:
    """Finish what a killed run had begun, if it had come so far.

    Raises:
        OSError: a step fails.
        ValueError: the journal is not one of ours.
    """
    journal = hidden / JOURNAL
    if not journal.is_file():
        return
    plan = _Journal.model_validate_json(journal.read_text("utf-8"))
    out = hidden.parent / plan.out if plan.out else hidden.parent
    for name in plan.files:
        source = hidden / plan.draft / name
        if source.is_file():
            make_folder((out / name).parent)
            source.replace(out / name)
    for name in plan.stale:
        (out / name).unlink(missing_ok=True)
    journal.unlink()


def _move_all(draft: Path, aside: Path, out: Path, files: list[str], stale: list[str]) -> None:
    with ExitStack() as undo:
        for name in (*stale, *files):
            target, before = out / name, aside / name
            make_folder(target.parent)
            if target.exists() or target.is_symlink():
                make_folder(before.parent)
                target.replace(before)
                undo.callback(before.replace, target)
            if name not in stale:
                (draft / name).replace(target)
                undo.callback(target.replace, draft / name)
        undo.pop_all()
