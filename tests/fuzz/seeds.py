"""Small valid files of every kind: what the tests of the readers make, and the examples."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
from tests.conftest import fresh_neck_network, write_analog_c3d
from tests.io import conftest as formats
from tests.io.dataset.test_store import RECIPE, made_up
from tests.io.orientations import turned as turns
from tests.io.recordings import laboratories as lab

import nuchal
from nuchal.commands.demo import example_patient
from nuchal.io.dataset.store import Store
from nuchal.io.networks.equilibrium import write_neck_network
from nuchal.io.networks.paper import write_networks
from nuchal.io.population import write_population
from nuchal.io.recordings.read import read_recording
from nuchal.model.generic import generic_system
from nuchal.model.population import Population, blocks_of_people
from nuchal.networks.paper.network import Layers, Networks, Scaling, Seen
from nuchal.networks.paper.samples import INPUTS

from .readers import MUSCLES, Kept

FRAMES = 8
ROOT = Path(__file__).resolve().parents[2]
PLAIN = lab.Style()
STYLES = {
    "tabs": PLAIN,
    "commas": lab.Style(mark=",", end="\r\n", bom=True),
    "german": lab.Style(mark=";", comma=True, quoted=True),
    "trimmed": lab.Style(trimmed=True, blanks_after=1),
    "spaces": lab.Style(mark=" ", missing="NaN"),
}
CHANNELS = ("RSCM", "LSCM", "Force")


def moved() -> lab.Movement:
    """Some frames of the demonstration, and a gap."""
    demo = read_recording(ROOT / "examples/demo_recording.trc")
    frames = slice(100, 100 + 4 * FRAMES, 4)
    positions = np.where(demo.visible[frames, :, None], demo.positions[frames], np.nan)
    positions[3:5, -1] = np.nan
    return lab.Movement(names=demo.names, positions=positions)


def layouts(layout: str) -> Iterator[bytes]:
    """A recording in one laboratory's layout, in the styles that it comes in."""
    movement = moved()
    for name, style in STYLES.items():
        if layout == "trc" or name != "spaces":
            missing = replace(style, missing="0.000") if layout == "qtm" else style
            yield lab.written(getattr(lab, layout)(movement, missing), style)


def examples(*names: str) -> Iterator[bytes]:
    """The first lines of files that come with nuchal."""
    for name in names:
        lines = (ROOT / "examples" / name).read_bytes().splitlines(keepends=True)
        yield b"".join(lines[: 6 + 4 * FRAMES])


def c3d() -> Iterator[bytes]:
    """Markers as integers and floats, of the makers of all three processors."""
    positions = np.nan_to_num(1e3 * moved().positions)
    residual = np.where(moved().seen(), 0.0, -1.0)
    parameters = formats.standard_parameters(moved().names, frames=FRAMES)
    yield formats.c3d_bytes(positions, residual, parameters)
    for processor in (formats.DEC, formats.SGI):
        maker = formats.Maker(processor=processor, blocks=1, bare=("USED",))
        yield formats.c3d_bytes(positions, residual, parameters, maker=maker)
    scaled = parameters | {"POINT": parameters["POINT"] | {"SCALE": formats.real(0.1)}}
    yield formats.c3d_bytes(positions, residual, scaled, integer_scale=0.1)


def emg_c3d(folder: Path) -> Iterator[bytes]:
    """Analog channels alone."""
    values = np.random.default_rng(1).standard_normal((100, len(CHANNELS)))
    path = write_analog_c3d(folder / "emg.c3d", CHANNELS, values, rate_hz=1000.0)
    yield path.read_bytes()


def nexus() -> bytes:
    """All sections of a file of Nexus, devices among them."""
    all_of, three = moved(), slice(3)
    positions, seen = 1e3 * all_of.positions[:, three], all_of.seen()[:, three]
    trial = formats.Trial(all_of.names[three], all_of.time, positions, seen)
    return formats.vicon_text(trial).encode()


def networks(folder: Path, *, paper: bool) -> Iterator[bytes]:
    """A small file of networks, as they are kept."""
    path = folder / "networks.npz"
    about = {"preset": "paper", "version": "0.1.0", "inputs": list(INPUTS)}
    if paper:
        write_networks(path, paper_networks(), about | {"outputs": list(generic_system().muscles)})
    else:
        write_neck_network(path, fresh_neck_network(), about)
    yield Kept.of(path.read_bytes()).pack()


def paper_networks() -> Networks:
    """Networks of the paper's kind that have learnt nothing."""
    dice = np.random.default_rng(5)
    count, inputs = generic_system().size, len(INPUTS)

    def some(*shape: int) -> np.ndarray:
        return dice.uniform(0.5, 1.5, shape).astype(np.float32)

    return Networks(
        Layers((some(count, inputs, 2), some(count, 2, 1)), (some(count, 2), some(count, 1))),
        Scaling(some(inputs), some(inputs), some(count), some(count)),
        Seen(some(3, inputs), some()),
    )


def population(folder: Path) -> Iterator[bytes]:
    """A few people."""
    for heads, women in ((True, 0.5), (False, None)):
        drawn = Population(seed=1, heads=heads, women=women)
        path = folder / "people.csv"
        write_population(path, drawn, blocks_of_people(drawn, 5, size=5), count=5)
        yield path.read_bytes()


def dataset(folder: Path) -> Path:
    """A whole dataset."""
    path = folder / "set.zarr"
    if not path.exists():
        store = Store(path, RECIPE, "abc")
        for shard in range(RECIPE.shards):
            store.write(shard, made_up(shard))
    return path


def dataset_parts(folder: Path) -> Iterator[bytes]:
    """What a dataset and its arrays say of themselves, and its smallest arrays."""
    path = dataset(folder)
    parts = [path / "zarr.json", *path.glob("*/zarr.json"), *path.glob("time/c/*")]
    held = {part.relative_to(path).as_posix(): part.read_bytes() for part in parts}
    yield Kept(held).pack()
    told = json.loads(held["zarr.json"]) | {"consolidated_metadata": None}
    yield Kept({"zarr.json": json.dumps(told).encode()}).pack()


def persons() -> Iterator[bytes]:
    """People's files."""
    yield from examples("person.toml")
    yield (example_patient() / "person.toml").read_bytes()
    yield (
        b"neck_length_m = 0.108\nshoulder_width_m = 0.399\nhead_alone_mass_kg = 4.5\n"
        b"strength_lever_m = 0.2\n[strength_N]\nflexion = 80.0\nbending = 90.0\n"
        b"[muscle_area_cm2]\nsternocleidomastoid = 4.0\n[range_deg]\nflexion = 40.0\n"
        b'[markers]\nTP = "C"\n[emg]\nright_sternocleidomastoid = "EMG 1"\n'
    )


def studies() -> Iterator[bytes]:
    """What describes studies."""
    yield from examples("study.toml")
    yield (
        b'layout = "bids"\nfolder = "all"\nsessions = ["a", "b"]\nsubject = "p.toml"\n'
        b'static = "s.trc"\nspontaneous = "f*"\nrelocation = "r*"\n[groups]\nx = ["1"]\n'
        b'[assess]\nneutral_window_s = [0.5, 1]\nmarkers = {TP = "C"}\nrate_hz = 100.0\n'
        b'weights = {energy = 0.5}\n[statistics]\ncorrection = "holm"\n'
    )


def summary(folder: Path) -> Iterator[bytes]:
    """What ``nuchal estimate`` writes of a second of movement."""
    recording, out = folder / "q.mot", folder / "estimated"
    recording.write_bytes(next(tables()))
    options = nuchal.EstimateOptions(preset="classical")
    nuchal.run_estimate(recording, subject=ROOT / "examples/person.toml", out=out, options=options)
    yield (out / "summary.json").read_bytes()


def muscles() -> Iterator[bytes]:
    """Muscles of a joint as a table."""
    names = "muscle,max_isometric_force,optimal_fiber_length,tendon_slack_length,pennation_angle"
    rows = [f"{name},500,0.1,0.15,0.2" for name in MUSCLES]
    yield "\n".join([names, *rows, ""]).encode()
    yield "\n".join([names, *rows]).replace(",", ";").replace(".", ",").encode()


def muscle_model() -> Iterator[bytes]:
    """Muscles of a joint as OpenSim has them."""
    parts = "".join(
        f'<Thelen2003Muscle name="{name}"><max_isometric_force>500</max_isometric_force>'
        "<optimal_fiber_length>0.1</optimal_fiber_length></Thelen2003Muscle>"
        for name in MUSCLES
    )
    yield f'<?xml version="1.0" encoding="UTF-8" ?>\n<Model>{parts}</Model>'.encode()


def tables() -> Iterator[bytes]:
    """OpenSim's tables: coordinates, and those of markers."""
    lines = formats.mot_text("yes").splitlines(keepends=True)
    few = "".join(lines[: 7 + FRAMES]).replace("nRows=40", f"nRows={FRAMES}")
    yield few.encode()
    yield few.replace("version=1\n", "").encode()


def turned_tables() -> Iterator[bytes]:
    """Quaternions by letter, and angles in degrees."""
    one = turns.take()
    for order, label in (("wxyz", "{name}_q{part}"), ("xyzw", "{name}.rotation.{part}")):
        yield turns.plain(one, order=order, label=label).encode()
    rows = "".join(f"{k / 50:.2f},{k},2,3\n" for k in range(FRAMES))
    yield ("time,head_rx,head_ry,head_rz\n" + rows).encode()


def seeds_of(reader: str, folder: Path) -> Iterator[bytes]:
    """All seeds of one of ``readers.READERS``."""
    made = {
        "trc": lambda: (*layouts("trc"), *examples("demo_recording.trc", "demo_static.trc")),
        "c3d": c3d,
        "vicon": lambda: (*layouts("vicon"), nexus()),
        "motive": lambda: layouts("motive"),
        "qtm": lambda: layouts("qtm"),
        "visual3d": lambda: [lab.written(lab.visual3d(moved(), PLAIN), PLAIN)],
        "plain": lambda: (*layouts("plain"), *layouts("two_row")),
        "markers_sto": lambda: [
            lab.written(getattr(lab, name)(moved(), PLAIN), PLAIN)
            for name in ("storage", "vectors")
        ],
        "mot": tables,
        "storage": tables,
        "emg": lambda: (nexus(), *examples("demo_emg.csv", "demo_mvc.csv")),
        "emg_c3d": lambda: emg_c3d(folder),
        "person": persons,
        "study": studies,
        "frames": lambda: [b"frame,time,status,usable\r\n1,0.0,OK,1\r\n2,0.1,GAP,0\r\n"],
        "summary": lambda: summary(folder),
        "muscles": muscles,
        "muscle_model": muscle_model,
        "muscle_channels": lambda: [b"channel,muscle\nFront EMG,front\nBack EMG,back\n"],
        "population": lambda: population(folder),
        "neck_networks": lambda: networks(folder, paper=False),
        "paper_networks": lambda: networks(folder, paper=True),
        "dataset": lambda: dataset_parts(folder),
        "mvnx": lambda: [turns.mvnx(turns.take(lose=False)).encode()],
        "bvh": lambda: [turns.bvh(turns.take(lose=False)).encode()],
        "opensense": lambda: [turns.opensense(turns.take()).encode()],
        "theia": lambda: [turns.turned_c3d(turns.take())],
        "motive_bodies": lambda: [turns.motive(turns.take()).encode()],
        "qtm_bodies": lambda: [turns.qtm(turns.take()).encode()],
        "mt_manager": lambda: [
            turns.mt_manager(turns.take(), kind).encode()
            for kind in ("matrix", "quaternion", "angles")
        ],
        "apdm": lambda: [turns.apdm(turns.take()).encode()],
        "openface": lambda: [turns.openface(turns.take()).encode()],
        "turned_plain": turned_tables,
    }
    return iter(made[reader]())
