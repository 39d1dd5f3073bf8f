"""Which channel is which muscle."""

from pathlib import Path

import pytest

from nuchal.emg.mapping import map_channels, mapping_findings
from nuchal.emg.sites import SITES, guess
from nuchal.errors import RecordingError
from nuchal.findings import Assumed, Found
from nuchal.model.generic import MUSCLES

TRIAL = Path("trial.c3d")


@pytest.mark.parametrize(
    ("channel", "site", "side"),
    [
        ("RSCM", "sternocleidomastoid", "right"),
        ("SCM_L", "sternocleidomastoid", "left"),
        ("SCMr", "sternocleidomastoid", "right"),
        ("R_SCM_EMG4", "sternocleidomastoid", "right"),
        ("Sensor 3.LSternocleidomastoid", "sternocleidomastoid", "left"),
        ("RightUpperTrap", "upper_trapezius", "right"),
        ("LUT", "upper_trapezius", "left"),
        ("left upper trapezius [uV]", "upper_trapezius", "left"),
        ("Trap_sup.EMG6", "upper_trapezius", None),
        ("spl_cap_l", "splenius_capitis", "left"),
        ("Levator_Scap_R", "levator_scapulae", "right"),
        ("Trap_inf.EMG7", None, None),
        ("Delt_ant.EMG1", None, None),
        ("Supra.EMG9", None, None),
        ("EMG1", None, None),
        ("Voltage.1", None, None),
    ],
)
def test_usual_names(channel: str, site: str | None, side: str | None) -> None:
    found = guess(channel)
    assert (found.site and found.site.name, found.side) == (site, side)


def test_every_site_is_made_of_the_models_muscles() -> None:
    for site in SITES:
        assert set(site.muscles) <= set(MUSCLES)
        assert guess(f"right_{site.name}").site is site


def test_the_papers_four_channels() -> None:
    found = map_channels(TRIAL, ("LUT", "RSCM", "force", "LSCM", "RUT"), {})
    assert [(m.label, m.channel) for m in found] == [
        ("right_sternocleidomastoid", "RSCM"),
        ("left_sternocleidomastoid", "LSCM"),
        ("right_upper_trapezius", "RUT"),
        ("left_upper_trapezius", "LUT"),
    ]
    assert found[0].muscles == ("stern_mast", "cleid_mast", "cleid_occ")
    assert found[3].muscles == ("trap_cl_L", "trap_acr_L")
    assert all(m.guessed for m in found)
    guessed, left = mapping_findings(found, ("LUT", "RSCM", "force", "LSCM", "RUT"))
    assert guessed.what == Assumed.EMG_CHANNELS_BY_NAME
    assert "RSCM: right sternocleidomastoid" in guessed.values["channels"]
    assert (left.what, left.values["channels"]) == (Found.EMG_CHANNELS_LEFT_OUT, ("force",))


def test_what_is_given_is_not_guessed() -> None:
    given = {
        "left_upper_trapezius": "emg 1",
        "levator_scap_L": "EMG 2",
        "splen_cap_sklc6_L": "EMG 2",
    }
    found = map_channels(TRIAL, ("EMG 1", "EMG 2", "RSCM"), given)
    assert [m.label for m in found] == [
        "left_upper_trapezius",
        "splen_cap_sklc6_L+levator_scap_L",
    ] or [m.label for m in found] == ["left_upper_trapezius", "levator_scap_L+splen_cap_sklc6_L"]
    assert found[0].channel == "EMG 1"
    assert found[1].side == "left"
    assert not any(m.guessed for m in found)


@pytest.mark.parametrize(
    ("names", "given", "what"),
    [
        (("EMG1",), {}, "emg.no_muscle"),
        (("Trap_sup.EMG6",), {}, "emg.no_side"),
        (("RSCM", "SCM_R"), {}, "emg.two_channels"),
        (("a",), {"right_sternocleidomastoid": "b"}, "emg.no_channel"),
        (("RSCM",), {"right_sternocleidomastoid": "RSC"}, "emg.no_channel"),
        (("a",), {"right_scm": "a"}, "emg.unknown_site"),
        (("a",), {"stern_mast": "a", "stern_mast_L": "a"}, "emg.both_sides"),
        (
            ("a",),
            {"right_sternocleidomastoid": "a", "left_sternocleidomastoid": "a"},
            "emg.two_sites",
        ),
    ],
)
def test_what_cannot_be_mapped_is_refused(names, given, what: str) -> None:
    with pytest.raises(RecordingError) as told:
        map_channels(TRIAL, names, given)
    assert told.value.what == what
    assert str(told.value).startswith("trial.c3d: ")
