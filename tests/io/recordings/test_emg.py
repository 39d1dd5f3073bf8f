"""Analog channels of every format, put together by writers that are not ours."""

import struct
from pathlib import Path

import ezc3d
import numpy as np
import pytest

from nuchal.emg.filters import ConditioningSettings, condition
from nuchal.emg.quality import quality_of
from nuchal.errors import RecordingError, Setting
from nuchal.findings import Assumed, Found, finding
from nuchal.io.recordings.emg import has_analogs, read_emg
from nuchal.io.recordings.forces import read_forces
from nuchal.io.recordings.read import read_recording

RATE_HZ = 1000.0


def refusal(path: Path, **options) -> RecordingError:
    with pytest.raises(RecordingError) as caught:
        read_emg(path, **options)
    assert "\n" not in str(caught.value)
    return caught.value


NAMES = ("RSCM", "LSCM", "Force")


def test_numbers_without_names_are_asked_for_names_of_channels(tmp_path) -> None:
    """Not for markers, which such a file never has; nor where forces are wanted."""
    path = tmp_path / "permve.csv"
    path.write_text("".join(f"{0.1 * k},{0.2 * k}\n" for k in range(40)), "utf-8")
    error = refusal(path)
    assert (error.what, error.place.line) == ("csv.numbers_for_names", 1)
    assert "RSCM" in str(error)
    assert "TP_x" not in str(error)
    with pytest.raises(RecordingError, match="Fx"):
        read_forces(path)
    with pytest.raises(RecordingError, match="TP_x"):
        read_recording(path)


@pytest.fixture
def signals() -> np.ndarray:
    """Volts."""
    return 1e-4 * np.random.default_rng(7).standard_normal((400, 3))


@pytest.mark.parametrize("markers", [True, False])
def test_c3d(tmp_path, signals, analog_c3d, full_c3d, markers: bool) -> None:
    path = tmp_path / "trial.c3d"
    if markers:
        moving = {name: 100.0 * k + np.ones((40, 3)) * np.arange(40)[:, None]
                  for k, name in enumerate(("TP", "LH", "RH"))}  # fmt: skip
        channels = dict(zip(NAMES, signals.T, strict=True))
        units = ("V", "mV", "N")
        full_c3d(path, moving, channels, rate_hz=100.0, emg_rate_hz=RATE_HZ, units=units)
        scales = [1e6, 1e3, 1.0]
    else:
        analog_c3d(path, NAMES, signals, rate_hz=RATE_HZ, units="mV")
        units, scales = ("mV",) * 3, [1e3] * 3
    found = read_emg(path)
    assert found.names == NAMES
    assert found.units == tuple("uV" if "V" in unit else unit for unit in units)
    assert found.rate_hz == RATE_HZ
    assert found.timed
    np.testing.assert_allclose(found.values, signals * scales, rtol=1e-6)
    assert has_analogs(path)
    if markers:
        assert found.start_s == read_recording(path).time[0]
    else:
        with pytest.raises(RecordingError) as caught:
            read_recording(path)
        assert caught.value.what == "c3d.no_markers"


def test_integer_c3d_with_scales(tmp_path, c3d) -> None:
    """Bytes put together by hand: 16-bit counts, their offset and scales."""
    counts = np.random.default_rng(1).integers(-2000, 2000, (40, 5, 2)).astype("<i2")
    parameters = {
        "POINT": {**c3d.parameters["POINT"], "SCALE": c3d.real(0.1)},
        "ANALOG": {
            "USED": c3d.integer(2),
            "RATE": c3d.real(500.0),
            "GEN_SCALE": c3d.real(0.5),
            "SCALE": c3d.real(0.01, 0.02),
            "OFFSET": c3d.integer(10, 20),
            "LABELS": c3d.text(["A", "A"]),
            "UNITS": c3d.text(["uV", "uV"]),
        },
    }
    markers_only = c3d.build(c3d.positions, c3d.residual, parameters, integer_scale=0.1)
    content = _with_analogs(markers_only, counts)
    path = tmp_path / "hand.c3d"
    path.write_bytes(content)
    found = read_emg(path)
    assert found.names == ("A", "A (2)")
    assert found.notes[-1] == finding(Assumed.CHANNELS_NUMBERED, channels=["A (2)"])
    assert found.rate_hz == 500.0
    wanted = (counts.reshape(200, 2) - [10, 20]) * [0.01, 0.02] * 0.5
    np.testing.assert_allclose(found.values, wanted, rtol=1e-6)
    path.write_bytes(content[: len(content) - 1500])
    assert refusal(path).what == "c3d.frames_cut"
    wrong = bytearray(content)
    struct.pack_into("<H", wrong, 18, 4)
    path.write_bytes(bytes(wrong))
    error = refusal(path)
    assert (error.what, error.values["header"]) == ("c3d.channels_differ", 10)


def _with_analogs(content: bytes, counts: np.ndarray) -> bytes:
    """Integer frames of three markers with analog values behind each."""
    frames, samples, channels = counts.shape
    head = bytearray(content)
    (data_block,) = struct.unpack_from("<H", head, 16)
    start = 512 * (data_block - 1)
    points = np.frombuffer(content, "<i2", frames * 12, start).reshape(frames, 12)
    body = np.concatenate([points, counts.reshape(frames, samples * channels)], axis=1)
    struct.pack_into("<H", head, 4, samples * channels)
    struct.pack_into("<H", head, 18, samples)
    data = body.astype("<i2").tobytes()
    return bytes(head[:start]) + data + b"\0" * (-len(data) % 512)


def test_without_analogs(c3d, texts, save) -> None:
    path = save("trial.c3d", c3d.content)
    error = refusal(path)
    assert (error.what, error.remedy) == ("c3d.no_channels", Setting("emg"))
    vicon = save("trial.csv", texts.vicon(others=False))
    error = refusal(vicon)
    assert (error.what, error.values["section"]) == ("vicon.section", "Devices")
    assert not has_analogs(vicon)
    markers = save("trial.trc", texts.trc)
    assert not has_analogs(markers)
    assert refusal(markers).what == "recording.no_analogs"


def test_vicon_devices(texts, save) -> None:
    found = read_emg(save("trial.csv", texts.vicon()))
    assert found.names == ("EMG1", "EMG2")
    assert found.units == ("uV", "uV")
    assert (found.rate_hz, found.start_s) == (1000.0, 0.0)
    np.testing.assert_allclose(found.values, np.tile([1e5, 2e5], (400, 1)))


def csv(signals: np.ndarray, head: str, *, times: bool = True, step: float = 1e-3) -> str:
    rows = [
        ",".join(([f"{5.0 + step * k:.4f}"] if times else []) + [repr(float(v)) for v in row])
        for k, row in enumerate(signals)
    ]
    return "\n".join([head, *rows]) + "\n"


def test_plain_csv(save, signals) -> None:
    path = save("emg.csv", csv(signals, "time [s],RSCM [mV],LSCM [V],Force (N)"))
    found = read_emg(path)
    assert found.names == ("RSCM", "LSCM", "Force")
    assert found.units == ("uV", "uV", "N")
    assert (found.rate_hz, found.start_s, found.timed) == (1000.0, 5.0, True)
    np.testing.assert_allclose(found.values[:, 0], 1e3 * signals[:, 0])
    with_row = save("row.csv", csv(signals, "time,RSCM,LSCM,Other\ns,uV,uV,uV"))
    assert read_emg(with_row).units == ("uV",) * 3
    given = read_emg(with_row, units="V")
    np.testing.assert_allclose(given.values, 1e6 * signals)
    assert given.notes == (finding(Found.EMG_UNIT_GIVEN, unit="V"),)


def test_csv_without_times(save, signals) -> None:
    path = save("emg.csv", csv(signals, "RSCM,LSCM,Other", times=False))
    setting = Setting("emg_rate_hz")
    error = refusal(path, rate=setting)
    assert (error.what, error.file, error.remedy) == ("timing.no_rate", path, setting)
    found = read_emg(path, rate_hz=1000.0)
    assert (found.rate_hz, found.start_s, found.timed) == (1000.0, 0.0, False)


def test_blank_cells_are_not_known(save, signals) -> None:
    lines = csv(signals, "time,RSCM,LSCM,Other").split("\n")
    lines[5] = "5.0040,,NaN,0.5"
    found = read_emg(save("emg.csv", "\n".join(lines)))
    assert found.known[4].tolist() == [False, False, True]
    assert found.values[4].tolist() == [0.0, 0.0, 0.5]
    assert found.known.sum() == found.known.size - 2


def test_storage(save, signals) -> None:
    rows = csv(signals, "").replace(",", "\t").strip("\n")
    text = (
        f"emg\nversion=1\nnRows=400\nnColumns=4\ninDegrees=no\nendheader\ntime\tA\tB\tC\n{rows}\n"
    )
    found = read_emg(save("emg.sto", text))
    assert (found.names, found.units) == (("A", "B", "C"), ("", "", ""))
    assert (found.rate_hz, found.start_s) == (1000.0, 5.0)
    np.testing.assert_allclose(found.values, signals)


@pytest.mark.parametrize("part", [0.0, 0.05, 0.5, 0.9])
def test_truncated_c3d(tmp_path, signals, analog_c3d, part: float) -> None:
    path = analog_c3d(tmp_path / "trial.c3d", NAMES, signals, rate_hz=RATE_HZ)
    path.write_bytes(path.read_bytes()[: int(part * path.stat().st_size)])
    refusal(path)


def test_a_real_shoulder(shared) -> None:
    """Twelve live channels of 2 kHz, one that only drifts, nineteen that are not plugged in."""
    recording = read_emg(shared / "recordings" / "shoulder_emg" / "markers_analogs.c3d")
    assert recording.values.shape == (11600, 38)
    assert (recording.rate_hz, set(recording.units)) == (2000.0, {"uV"})
    raw = ezc3d.c3d(str(recording.source))["data"]["analogs"][0]
    np.testing.assert_allclose(recording.values, 1e6 * raw.T, rtol=1e-6)
    found = {c.name: c for c in quality_of(recording, ConditioningSettings()).channels}
    muscles = {n: c for n, c in found.items() if "EMG" in n}
    alive = {n for n, c in muscles.items() if c.alive}
    assert len(alive) == 12
    assert not muscles["Subscap.EMG11"].alive
    assert sum(c.flat_share == 1.0 for c in muscles.values()) == 19
    for name in alive:
        assert 30.0 < muscles[name].median_hz < 150.0, name
        assert muscles[name].signal_db > 12.0, name
        assert muscles[name].mains_share < 0.05, name
        assert muscles[name].clipped_share == 0.0, name
    made = condition(recording, ConditioningSettings())
    trapezius = made.envelopes.values[:, recording.names.index("Trap_sup.EMG6")]
    window = np.convolve(np.abs(made.banded[:, recording.names.index("Trap_sup.EMG6")]),
                         np.full(200, 1 / 200), mode="same")  # fmt: skip
    assert np.corrcoef(trapezius[500:-500], window[500:-500])[0, 1] > 0.95
