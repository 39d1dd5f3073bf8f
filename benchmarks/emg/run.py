"""How well each step of the EMG analysis recovers what was put into made surface EMG.

    python benchmarks/emg/run.py            # everything; writes results/emg_recovery.md
    python benchmarks/emg/run.py --quick    # few trials, prints only

The EMG is noise with the motor units' spectrum times a known activation, 300 uV at full activation,
3 uV of amplifier noise, 2 kHz, four channels (``nuchal.synthetic.emg``). It is made, not measured:
real EMG has faults that nobody planted.
"""

import argparse
import dataclasses
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from trials import NAMES, Movement, alike, made, movement, step_bursts

from nuchal.dynamics.inverse import no_load
from nuchal.emg.activation import activations_of_forces
from nuchal.emg.agreement import AgreementSettings, correlation, pearson
from nuchal.emg.clock import estimate_delay
from nuchal.emg.comparison import likely_swaps
from nuchal.emg.filters import ConditioningSettings, bandpassed, condition
from nuchal.emg.mapping import map_channels
from nuchal.emg.normalise import maxima_of
from nuchal.emg.onsets import OnsetSettings, emg_bursts
from nuchal.emg.quality import quality_of
from nuchal.emg.records import Tracks
from nuchal.emg.signals import EmgRecording, at_times
from nuchal.findings import Warned
from nuchal.model.generic import generic_anatomy
from nuchal.movements.standard import standard_movement
from nuchal.optimisation.settings import PRESET_SETTINGS
from nuchal.optimisation.simulate import simulate
from nuchal.synthetic.emg import SyntheticEmg

RESULTS = Path(__file__).parents[1] / "results" / "emg_recovery.md"
PAPER = ConditioningSettings()
NEIGHBOURS = ((0, 1), (0, 2), (1, 3), (2, 3))
JUMPS = ((4.0, 2000.0), (9.0, -2000.0), (15.0, 2000.0))
MVC = Movement(np.arange(0, 12, 0.01), np.ones((1200, 4)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="few trials, prints only")
    quick = parser.parse_args().quick
    trials = 3 if quick else 12
    sections = (
        envelopes(trials), filters(trials), maxima(trials), faults(trials), hearts(trials),
        onsets(trials), delays(trials), intervals(20 if quick else 200), swaps(trials), hill(),
    )  # fmt: skip
    text = "\n\n".join((HEAD.format(trials=trials), *sections)) + "\n"
    print(text)
    if not quick:
        RESULTS.write_text(text, encoding="utf-8")


HEAD = """# What the EMG analysis recovers

Written by `python benchmarks/emg/run.py`, {trials} made recordings of 20 s and four channels a
line unless it says otherwise."""


def table(title: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [f"## {title}", "", row(head), row(["---"] * len(head)), *map(row, rows)]
    return "\n".join(lines)


def row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def envelopes(trials: int) -> str:
    """Linear envelopes over the true MVC against the activations that made them."""
    notched = dataclasses.replace(PAPER, mains_hz=50.0)
    undrifted = dataclasses.replace(PAPER, drift_window_s=0.5)
    cases: list[tuple[str, dict, ConditioningSettings]] = [
        ("nothing but 3 uV of noise", {}, PAPER),
        ("15 uV of noise", {"noise_uv": 15.0}, PAPER),
        ("crosstalk of 10 % from two neighbours", crosstalk(0.1), PAPER),
        ("crosstalk of 30 % from two neighbours", crosstalk(0.3), PAPER),
        ("ECG, R wave 50 uV", {"ecg_uv": 50.0}, PAPER),
        ("ECG, R wave 150 uV", {"ecg_uv": 150.0}, PAPER),
        ("mains 30 uV", {"mains_uv": 30.0}, PAPER),
        ("mains 30 uV, notch", {"mains_uv": 30.0}, notched),
        ("no mains, notch", {}, notched),
        ("drift 500 uV", {"drift_uv": 500.0}, PAPER),
        ("drift 500 uV, running median of 0.5 s", {"drift_uv": 500.0}, undrifted),
        ("three jumps of 2 mV", {"steps": JUMPS}, PAPER),
        ("three jumps of 2 mV, running median of 0.5 s", {"steps": JUMPS}, undrifted),
        ("clipped at 100 uV", {"limit_uv": 100.0}, PAPER),
        ("1 kHz", {"rate_hz": 1000.0}, PAPER),
        ("4 kHz", {"rate_hz": 4000.0}, PAPER),
    ]
    rows = []
    for name, faulty, settings in cases:
        cells = [name]
        for peak in (0.1, 0.5):
            r, rmse = np.transpose(
                [envelope_error(peak, s, faulty, settings) for s in range(trials)]
            )
            cells += [f"{np.median(r):.3f}", f"{100 * np.median(rmse):.2f}"]
        rows.append(cells)
    head = ["in the signal", "r, peaks 10 %", "RMSE [% MVC]", "r, peaks 50 %", "RMSE [% MVC]"]
    return table("Linear envelopes", head, rows)


def crosstalk(share: float) -> dict:
    return {"crosstalk": share, "neighbours": NEIGHBOURS}


def envelope_error(
    peak: float, seed: int, faulty: dict, settings: ConditioningSettings
) -> tuple[float, float]:
    moved = movement(20.0, peak, seed)
    recording = made(moved, seed, **faulty).recording
    values, known = shares(recording, settings, moved.time)
    inside = known.all(axis=1)
    inside[:20] = inside[-20:] = False
    r = [pearson(values[inside, c], moved.activation[inside, c]) for c in range(4)]
    error = values[inside] - moved.activation[inside]
    return float(np.mean(r)), float(np.sqrt(np.mean(error**2)))


def shares(
    recording: EmgRecording, settings: ConditioningSettings, time: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Over the mean rectified amplitude that full activation has without any fault."""
    clean = made(MVC, 99, rate_hz=recording.rate_hz, noise_uv=0.0).recording
    full = np.abs(bandpassed(clean, settings)).mean(axis=0)
    found = condition(recording, settings).envelopes
    values, known = at_times(found, time)
    return values / full, known


def filters(trials: int) -> str:
    """Whether it matters how "4th order" is read."""
    rows = []
    for name, settings in (
        ("order 4 a pass (ours)", PAPER),
        ("order 2 a pass, 4 in both", dataclasses.replace(PAPER, order=2)),
        ("band 20-400 Hz", dataclasses.replace(PAPER, band_hz=(20.0, 400.0))),
        ("low-pass 6 Hz", dataclasses.replace(PAPER, lowpass_hz=6.0)),
        ("low-pass 4 Hz", dataclasses.replace(PAPER, lowpass_hz=4.0)),
    ):
        ours, errors = [], []
        for seed in range(trials):
            moved = movement(20.0, 0.5, seed)
            recording = made(moved, seed).recording
            (mine, _), (other, _) = (shares(recording, s, moved.time) for s in (PAPER, settings))
            ours.append(pearson(mine.ravel(), other.ravel()))
            errors.append(envelope_error(0.5, seed, {}, settings))
        r, rmse = np.median(errors, axis=0)
        rows.append([name, f"{np.median(ours):.4f}", f"{r:.3f}", f"{100 * rmse:.2f}"])
    head = ["filters", "r with ours", "r with the truth", "RMSE [% MVC]"]
    return table("How the paper's filter is read", head, rows)


def maxima(trials: int) -> str:
    """The MVC that is found where the true one is 1, held for 3 s with 5 % of tremor."""
    rows = []
    for window in (0.1, 0.25, 0.5, 1.0):
        settings = dataclasses.replace(PAPER, mvc_window_s=window)
        cells = [f"{window:g} s"]
        for count in (1, 3):
            found = [maximum(seed, count, settings) for seed in range(trials)]
            cells += [f"{np.mean(found):.3f}", f"{np.std(found):.3f}"]
        rows.append(cells)
    head = ["window", "one trial: mean", "SD", "best of three: mean", "SD"]
    return table("MVC found over the true one", head, rows)


def maximum(seed: int, count: int, settings: ConditioningSettings) -> float:
    recordings = []
    for k in range(count):
        dice = np.random.default_rng(100 * seed + k)
        time = np.arange(0, 5.0, 0.01)
        tremor = 1.0 + 0.05 * np.sin(2.0 * np.pi * 2.0 * time + dice.uniform(0, 6, (4, 1))).T
        level = np.where((time > 1.0) & (time < 4.0), 1.0, 0.01)[:, None] * tremor
        recordings.append(made(Movement(time, level), 1000 * seed + k).recording)
    clean = made(MVC, 99, noise_uv=0.0).recording
    full = np.abs(bandpassed(clean, settings)).mean(axis=0)
    return float(np.mean(maxima_of(recordings, settings).value / full))


def faults(trials: int) -> str:
    """Figures of quality beside what was planted, and flags found and raised falsely."""
    off = dict.fromkeys(range(4), ((3.0, 3.6), (9.0, 9.4)))
    pops = dict.fromkeys(range(4), (4.0, 9.0, 15.0))
    cases: list[tuple[str, dict, Warned | None, Callable, str]] = [
        ("nothing", {}, None, lambda *_: 0.0, ""),
        (
            "mains 30 uV, 60 Hz",
            {"mains_uv": 30.0, "mains_hz": 60.0},
            Warned.EMG_MAINS,
            hum,
            "mains_share",
        ),
        ("mains 10 uV", {"mains_uv": 10.0}, Warned.EMG_MAINS, hum, "mains_share"),
        ("clipped at 150 uV", {"limit_uv": 150.0}, Warned.EMG_CLIPPED, clipped, "clipped_share"),
        (
            "two dropouts, 1 s in all",
            {"dropouts": off},
            Warned.EMG_LOST,
            lambda *_: 0.05,
            "flat_share",
        ),
        ("three pops", {"spikes": pops}, Warned.EMG_SPIKES, lambda *_: 9.0, "spikes_per_min"),
        ("drift 300 uV", {"drift_uv": 300.0}, Warned.EMG_MOTION, lambda *_: np.nan, "motion_db"),
        (
            "muscle at rest, noise 3 uV",
            {"mvc_uv": 0.0},
            Warned.EMG_NOISE,
            lambda *_: np.nan,
            "signal_db",
        ),
    ]
    rows = []
    for name, faulty, wrong, true, figure in cases:
        found, planted, hits, other = [], [], [], []
        for seed in range(trials):
            moved = movement(20.0, 0.4, seed)
            whole, without = made(moved, seed, **faulty), made(moved, seed)
            for c, channel in enumerate(quality_of(whole.recording, PAPER).channels):
                found.append(getattr(channel, figure) if figure else 0.0)
                planted.append(true(whole, without, c))
                named = [flag.what == wrong for flag in channel.flags]
                hits.append(any(named))
                other.append(not all(named))
        rows.append(
            [
                name,
                f"`{figure}`" if figure else "",
                figure_of(planted),
                figure_of(found) if figure else "",
                f"{100 * np.mean(hits):.0f} %" if wrong else "",
                f"{100 * np.mean(other):.0f} %",
            ]
        )
    head = ["planted", "figure", "true, median", "found, median", "flagged", "another flag"]
    return table("Quality", head, rows)


def figure_of(values: Sequence[float]) -> str:
    middle = float(np.median(values))
    return "" if np.isnan(middle) else f"{middle:.3g}"


def hum(whole: SyntheticEmg, without: SyntheticEmg, c: int) -> float:
    both, own = (bandpassed(m.recording, PAPER)[:, c] for m in (whole, without))
    return float(((both - own) ** 2).sum() / (both**2).sum())


def clipped(whole: SyntheticEmg, _: SyntheticEmg, c: int) -> float:
    values = np.abs(whole.recording.values[:, c])
    return float((values >= values.max()).mean())


def hearts(trials: int) -> str:
    """Two channels with an ECG, the second half as high, and two without."""
    rows = []
    for duration in (10.0, 30.0):
        for height in (0.0, 10.0, 25.0, 50.0, 100.0, 200.0):
            rows.append(heart_row(trials, duration, height))
    head = [
        "length", "R wave", "share of power: true", "found", "seen", "seen at half the height",
        "seen where there is none", "heart rate off [1/min]",
    ]  # fmt: skip
    return table("Heart beats", head, rows)


def heart_row(trials: int, duration: float, height: float) -> list[str]:
    seen, true, found, off = [], [], [], []
    for seed in range(trials):
        moved = movement(duration, 0.5, seed)
        pace = float(np.random.default_rng(seed).uniform(50.0, 110.0))
        levels = (height, 0.5 * height, 0.0, 0.0)
        both = made(moved, seed, ecg_uv=levels, heart_per_min=pace)
        quality = quality_of(both.recording, PAPER)
        without = made(moved, seed, ecg_uv=0.0, heart_per_min=pace)
        with_ecg, own = (bandpassed(m.recording, PAPER)[:, 0] for m in (both, without))
        true.append(((with_ecg - own) ** 2).sum() / (with_ecg**2).sum())
        found.append(quality.channels[0].ecg_share)
        seen.append([channel.ecg for channel in quality.channels])
        if quality.heart_per_min is not None:
            off.append(abs(quality.heart_per_min - 60.0 / np.diff(both.beats_s).mean()))
    share = 100.0 * np.mean(seen, axis=0)
    return [
        f"{duration:g} s", f"{height:g} uV", f"{100 * np.mean(true):.1f} %",
        f"{100 * np.mean(found):.1f} %", f"{share[0]:.0f} %", f"{share[1]:.0f} %",
        f"{share[2:].mean():.0f} %", f"{np.median(off):.1f}" if off and height else "",
    ]  # fmt: skip


def onsets(trials: int) -> str:
    """Bursts of raw EMG with edges of 50 ms, by how far they rise above the noise."""
    rows = []
    for level in (0.32, 0.10, 0.032, 0.018):
        on, off, missed, extra, count = [], [], 0, 0, 0
        for seed in range(trials):
            true, recording = step_bursts(level, seed)
            found = emg_bursts(recording.values[:, 0], recording.rate_hz, settings=OnsetSettings())
            used = set()
            for begin, end in true:
                near = [
                    (abs(b.on - begin), k)
                    for k, b in enumerate(found)
                    if min(b.off, end) > max(b.on, begin)
                ]
                count += 1
                if not near:
                    missed += 1
                    continue
                k = min(near)[1]
                used.add(k)
                on.append(1e3 * (found[k].on - begin))
                off.append(1e3 * (found[k].off - end))
            extra += len(found) - len(used)
        rows.append(
            [
                f"{20 * np.log10(level * 300.0 / 3.0):.0f} dB",
                *(spread(np.array(e)) for e in (on, off)),
                f"{missed} of {count}",
                f"{extra}",
            ]
        )
    head = ["signal to noise", "onset [ms]", "offset [ms]", "missed", "found where none is"]
    return table("Onsets and offsets of raw EMG: median (5th to 95th percentile)", head, rows)


def spread(values: np.ndarray) -> str:
    low, middle, high = np.quantile(values, (0.05, 0.5, 0.95))
    return f"{middle:+.0f} ({low:+.0f} to {high:+.0f})"


def delays(trials: int) -> str:
    """The delay between two clocks, where the model is the truth and where it is not."""
    rows = []
    for name, blend in (("the truth", 1.0), ("r about 0.8", 0.75), ("r about 0.6", 0.6)):
        for duration in (8.0, 20.0):
            error, doubt = [], []
            for seed in range(trials):
                moved = movement(duration + 4.0, 0.5, seed)
                other = movement(duration + 4.0, 0.5, 500 + seed)
                wrong = blend * moved.activation + (1.0 - blend) * other.activation
                delay = float(np.random.default_rng(seed).uniform(-1.5, 1.5))
                found = condition(made(moved, seed).recording, PAPER).envelopes
                frames = slice(200, 200 + round(duration / 0.01))
                usable = np.ones(frames.stop - frames.start, bool)
                late = dataclasses.replace(found, start_s=found.start_s + delay)
                told = estimate_delay(late, moved.time[frames], wrong[frames], usable)
                error.append(1e3 * abs(told.delay_s - delay))
                doubt.append(told.ambiguous)
            sure = [e for e, unsure in zip(error, doubt, strict=True) if not unsure]
            rows.append(
                [
                    name, f"{duration:g} s", f"{np.median(error):.0f}",
                    f"{max(sure):.0f}" if sure else "", f"{100 * np.mean(doubt):.0f} %",
                ]
            )  # fmt: skip
    head = ["model", "length", "median error [ms]", "worst where sure [ms]", "called ambiguous"]
    return table("Delay between clocks", head, rows)


def intervals(trials: int) -> str:
    """How often the interval of r holds the true r; nominal 95 %."""
    rows = []
    for duration in (8.0, 30.0, 120.0):
        cells = [f"{duration:g} s"]
        for r in (0.0, 0.6, 0.9):
            held, width = [], []
            for seed in range(trials):
                a, b = alike(duration, r, seed)
                found = correlation(a, b, rate_hz=100.0, settings=AgreementSettings(resamples=1000))
                held.append(found.low <= r <= found.high)
                width.append(found.high - found.low)
            cells += [f"{100 * np.mean(held):.0f} %", f"{np.median(width):.2f}"]
        rows.append(cells)
    head = ["length", "r 0: held", "width", "r 0.6: held", "width", "r 0.9: held", "width"]
    title = f"Intervals of r, {trials} pairs of smooth curves that forget themselves in 0.5 s"
    return table(title, head, rows)


def swaps(trials: int) -> str:
    """Two electrodes exchanged, and none, while the model is right up to r."""
    rows = []
    mapped = map_channels(Path("made"), NAMES, {})
    columns = [NAMES.index(m.channel) for m in mapped]
    for name, blend in (("the truth", 1.0), ("r about 0.8", 0.75)):
        told, false = [], []
        for seed in range(trials):
            moved, other = movement(20.0, 0.5, seed), movement(20.0, 0.5, 500 + seed)
            values, known = shares(made(moved, seed).recording, PAPER, moved.time)
            model = (blend * moved.activation + (1.0 - blend) * other.activation)[:, columns]
            plain = Tracks(
                time=moved.time, emg=values[:, columns], known=known[:, columns], model=model,
                usable=np.ones(len(moved.time), bool),
            )  # fmt: skip
            crossed = dataclasses.replace(plain, emg=plain.emg[:, [1, 0, 2, 3]])
            false.append(len(likely_swaps(mapped, plain)))
            labels = {(s.first, s.second) for s in likely_swaps(mapped, crossed)}
            told.append((mapped[0].label, mapped[1].label) in labels)
        rows.append([name, f"{100 * np.mean(told):.0f} %", f"{np.sum(false):.0f}"])
    return table("Swapped electrodes", ["model", "found", "false alarms"], rows)


def hill() -> str:
    """Forces of the standard movement back to the activations that made them."""
    rows = []
    for preset in ("recommended", "classical"):
        settings = PRESET_SETTINGS[preset]
        neck, motion = generic_anatomy(settings.form), standard_movement()
        found = simulate(neck, motion, settings.recruitment, no_load())
        back = activations_of_forces(
            neck, length=found.length, moment_arms=found.moment_arms, qd=motion.qd,
            force=found.forces.force, passive=found.forces.passive,
            family=settings.recruitment.curves, projection=settings.recruitment.projection,
        )  # fmt: skip
        error = np.abs(back.activation - np.asarray(found.forces.activation))[back.able]
        rows.append([preset, f"{error.size}", f"{error.max():.1e}"])
    head = ["preset", "muscles x frames", "largest error"]
    return table("Hill relation, there and back", head, rows)


if __name__ == "__main__":
    main()
