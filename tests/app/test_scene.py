"""The neck that the page moves is the neck of the model."""

import base64

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from nuchal.conventions import BODIES
from nuchal.model.angles import head_angles_deg
from nuchal.model.generic import MUSCLES, generic_anatomy
from nuchal.model.kinematics import body_poses, path_points
from nuchal.report.scene.beside import pairs
from nuchal.report.scene.neck_motion import NeckMovement, generic_solids, neck_document

FRAMES = 7


def unpacked(packed) -> np.ndarray:
    raw = base64.b64decode(packed["data"])
    return np.frombuffer(raw, f"<{packed['type']}").reshape(packed["shape"])


@pytest.fixture(scope="module")
def movement() -> NeckMovement:
    dice = np.random.default_rng(3)
    solved = np.arange(FRAMES) != 4
    return NeckMovement(
        name="As recorded",
        time=5.0 + 0.1 * np.arange(FRAMES),
        q=dice.uniform(-0.4, 0.4, (FRAMES, 6)),
        force=dice.uniform(0.0, 80.0, (FRAMES, 72)),
        activation=dice.uniform(0.0, 1.0, (FRAMES, 72)),
        known=np.ones(FRAMES, bool),
        solved=solved,
    )


@pytest.fixture(scope="module")
def document(movement):
    return neck_document(generic_anatomy(), [movement], title="a trial")


def test_poses_put_every_muscle_point_where_the_model_has_it(document, movement) -> None:
    anatomy, shown = generic_anatomy(), document["movements"][0]
    turns = unpacked(shown["quaternions"])
    origins = unpacked(shown["origins"])
    local, body = unpacked(document["points"]), document["point_body"]
    for k in (0, FRAMES - 1):
        rotation = Rotation.from_quat(turns[k]).as_matrix()
        placed = np.einsum("pij,pj->pi", rotation[body], local) + origins[k][body]
        model = path_points(anatomy, body_poses(anatomy, movement.q[k]))
        np.testing.assert_allclose(placed, model, atol=1e-6)


def test_forces_are_those_of_the_solved_frames(document, movement) -> None:
    shown = document["movements"][0]
    force, activation = unpacked(shown["force_N"]), unpacked(shown["activation"]) / 255.0
    assert unpacked(shown["solved"]).tolist() == movement.solved.astype(int).tolist()
    good = movement.solved
    np.testing.assert_allclose(force[good], movement.force[good], rtol=1e-6)
    np.testing.assert_allclose(activation[good], movement.activation[good], atol=0.5 / 255)
    assert (force[~good] == 0.0).all()
    assert unpacked(shown["time"])[0] == 0.0


def test_every_muscle_runs_from_origin_to_insertion(document) -> None:
    topology = generic_anatomy().topology
    assert [one["side"] for one in document["muscles"]].count("left") == 36
    steps = sum(len(one["points"]) - 1 for one in document["muscles"])
    assert steps == len(topology.segment_start)
    assert {one["group"] for one in document["muscles"]} == set(document["groups"])
    assert len(document["muscles"]) == len(MUSCLES)


def test_long_recordings_are_thinned_out(movement) -> None:
    shown = neck_document(generic_anatomy(), [movement], title="", most_frames=4)["movements"][0]
    assert shown["time"]["shape"] == [4]
    angles = unpacked(shown["angles_deg"])
    np.testing.assert_allclose(
        angles, head_angles_deg(generic_anatomy(), movement.q)[::2], rtol=1e-5, atol=1e-4
    )


@pytest.mark.parametrize("solid", generic_solids(), ids=lambda solid: f"{solid.body} {solid.tone}")
def test_solids_are_closed_and_face_outwards(solid) -> None:
    edges = np.concatenate([solid.faces[:, [a, b]] for a, b in ((0, 1), (1, 2), (2, 0))])
    there = {tuple(edge) for edge in edges.tolist()}
    assert len(there) == len(edges)
    assert all((b, a) in there for a, b in there)
    a, b, c = (solid.vertices[solid.faces[:, k]] for k in range(3))
    assert np.einsum("fi,fi->", a, np.cross(b, c)) > 0.0


def test_bones_are_as_large_as_a_head_and_stand_on_the_bodies(document) -> None:
    bodies = {one["body"] for one in document["solids"]}
    assert bodies == set(range(len(BODIES)))
    skull = np.concatenate(
        [
            unpacked(one["vertices"])
            for one in document["solids"]
            if BODIES[one["body"]] == "skull" and one["tone"] == "bone"
        ]
    )
    length, height, breadth = np.ptp(skull, axis=0)
    assert 0.17 < length < 0.21  # ANSUR II head length: 0.15 to 0.22 m
    assert 0.13 < breadth < 0.17  # head breadth: 0.13 to 0.18 m
    assert 0.16 < height < 0.23
    markers = np.asarray(generic_anatomy().markers)
    assert markers[0][1] == pytest.approx(skull[:, 1].max(), abs=0.03)


def test_the_nearest_row_is_the_one_that_brute_force_finds() -> None:
    dice = np.random.default_rng(8)
    these, those = dice.normal(size=(600, 6)), dice.normal(size=(90, 6))
    brute = np.linalg.norm(these[:, None] - those[None], axis=2).argmin(axis=1)
    np.testing.assert_array_equal(pairs(these, those), brute)
