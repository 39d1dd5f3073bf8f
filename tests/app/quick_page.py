"""The page of ``nuchal app``, whose analysis takes a second and finds the same for everyone.

python tests/app/quick_page.py

Prints where the page is. Uploads are truly read; what an analysis leaves is made up: a short
report, two necks that nod, and the report of changes where a first visit is kept.
"""

import asyncio
import json
from pathlib import Path

import numpy as np

from nuchal.app import serve
from nuchal.app.answers import CHANGES, COMPARISON, NECK, REPORT, Analysed, tell
from nuchal.app.work import Workers
from nuchal.model.generic import generic_anatomy
from nuchal.report.scene.neck_motion import NeckMovement, neck_document

FRAMES = 60
PAGE = '<!doctype html><html lang="en"><title>{0}</title><main><h1>{0}</h1></main></html>'


def neck() -> dict[str, object]:
    """The generic neck, which nods, beside itself."""
    anatomy = generic_anatomy()
    phase = 2.0 * np.pi * np.arange(FRAMES) / FRAMES
    q = np.asarray(anatomy.system.neutral) + 0.2 * np.sin(phase)[:, None] * [1, 0, 0, 1, 0, 0]
    force = 10.0 * (1.0 + np.sin(phase))[:, None] * np.ones(72)
    movements = [
        NeckMovement(
            name=name,
            time=np.arange(FRAMES) / 20.0,
            q=q,
            force=force,
            activation=force / 100.0,
            known=np.ones(FRAMES, bool),
            solved=np.ones(FRAMES, bool),
        )
        for name in ("As recorded", "What is normal")
    ]
    return neck_document(anatomy, movements, title="a nod")


class Quick(Workers):
    """Reads as ever, and finds the same for everyone."""

    async def do_long(self, _task, _home, trials, _static, _choices, *, work, out, first=None):
        tell(work / "progress.json", "making it up", 0.5)
        await asyncio.sleep(1.0)
        files = {REPORT: "Report"} | ({f"{CHANGES}/{COMPARISON}": "Changes"} if first else {})
        for name, title in files.items():
            path = Path(out) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(PAGE.format(title), "utf-8")
        document = json.dumps(neck())
        for k in range(len(trials)):
            (Path(work) / NECK.format(number=k)).write_text(document, "utf-8")
        return Analysed(
            trials=tuple(path.name for path in trials),
            files=tuple(files),
            compared=first is not None,
        )


if __name__ == "__main__":
    serve.Workers = Quick
    serve.run_app(port=0, open_browser=False, announce=lambda text: print(text, flush=True))
