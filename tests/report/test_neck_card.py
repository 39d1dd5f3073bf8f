"""The model card of our own networks says the figures it was given."""

import csv
import io

import numpy as np

from nuchal.model.generic import MUSCLES
from nuchal.networks.accuracy import accuracy
from nuchal.networks.training.records import Ceiling, Evaluation, Score
from nuchal.report.cards.equilibrium import metrics_table, neck_card, score_table

DICE = np.random.default_rng(5)


def judged(noise: float) -> Score:
    truth = DICE.uniform(0.0, 40.0, (500, 72))
    truth[:, 3] = 5.0
    predicted = truth + noise * DICE.normal(size=truth.shape)
    return Score(
        accuracy=accuracy(truth, predicted, maximal_force_n=np.full(72, 100.0)),
        coverage=np.linspace(0.85, 0.95, 72),
        width=np.full(72, 0.0321),
        balanced=0.987,
    )


def trials() -> Evaluation:
    flat = np.zeros(72, dtype=bool)
    known = Ceiling(
        best=np.full(72, 0.95), network=np.full(72, 0.94), central=np.full(72, 0.80), flat=flat
    )
    known.network[:5] = 0.90
    kinds = ("posture", "speed", "acceleration", "body", "load", "any", "refused")
    share = dict.fromkeys(kinds, 0.125)
    return Evaluation(
        windows={"known": judged(0.5), "unknown": judged(4.0)},
        noise={"noise 1 mm": judged(2.0)},
        recordings={"clean": judged(0.5)},
        ceilings={"share of yaw unknown": known},
        starts={"18 steps": judged(0.5)},
        outside={"twice as fast": share},
        traits_error={"learnt": {"pitch": 0.021, "roll": 0.022, "yaw": 0.043}},
    )


ABOUT = {
    "version": "9.9",
    "commit": None,
    "preset": "recommended",
    "training": {
        "subjects": 50,
        "frames": 120,
        "seed": 3,
        "calibration_subjects": 20,
        "test_subjects": 77,
    },
    "movements": {
        "own_range": True,
        "flexion_rad": np.radians(75.0),
        "extension_rad": np.radians(92.0),
        "bending_rad": np.radians(56.0),
        "rotation_rad": np.radians(86.0),
        "fastest_rad_s": np.radians(280.0),
        "load_mass_kg": (0.2, 3.0),
    },
}


def test_the_card_tells_data_figures_and_limits() -> None:
    card = neck_card(trials(), ABOUT, seconds=123.4)
    for said in (
        "50 necks, 6000 frames, seed 3",
        "each one's own, spread as that of people",
        "0.950 | 0.950 | 0.900 | 0.940 | 0.800 | 0.800 | 0.050 | 67 of 72",
        "| learnt | 0.021 | 0.022 | 0.043 |",
        "| twice as fast | 12.5% |",
        "not a medical device",
    ):
        assert said in card
    assert "nan" not in card
    assert all(f"| {name} |" in card for name in MUSCLES)


def test_a_flat_muscle_is_judged_by_its_maximal_force() -> None:
    found = {"known": judged(0.5)}
    rows = list(csv.DictReader(io.StringIO(metrics_table(found))))
    assert len(rows) == 72
    assert (rows[3]["r2"], rows[3]["nrmse"]) == ("", "")
    assert abs(float(rows[3]["rmse_share_of_maximum"]) - 0.005) < 5e-4
    assert abs(float(rows[0]["r2"]) - (1.0 - 0.25 / (40.0**2 / 12.0))) < 1e-3
    assert "71 of 71" in score_table(found)
    assert "90.0% (85% to 95%)" in score_table(found)
