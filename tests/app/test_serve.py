"""How the server starts and ends."""

import signal
import socket
from xml.etree import ElementTree

import numpy as np
import pytest

from nuchal.app.style import drawing
from nuchal.cli import main
from nuchal.model.generic import generic_anatomy
from nuchal.model.scaling import GENERIC_SUBJECT


def test_a_taken_port_is_a_sentence(capsys) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(SystemExit) as left:
            main(["app", "--port", str(port), "--no-open"])
    assert left.value.code == 2
    assert str(port) in capsys.readouterr().err


def test_an_address_of_another_machine_is_a_sentence(capsys) -> None:
    with pytest.raises(SystemExit) as left:
        main(["app", "--host", "192.0.2.1", "--no-open"])
    assert left.value.code == 2
    assert "192.0.2.1" in capsys.readouterr().err


@pytest.mark.slow
def test_a_server_that_is_asked_to_stop_does_so_in_order(serving, tmp_path) -> None:
    with serving(tmp_path) as server:
        assert list(tmp_path.glob(".nuchal-*"))
        server.process.send_signal(signal.SIGTERM)
        rest = server.process.stdout.read()
        assert server.process.wait(60) == 0
    assert rest == ""
    assert list(tmp_path.iterdir()) == []


def test_drawings_are_of_the_generic_necks_own_size() -> None:
    ElementTree.fromstring(drawing("body_mass"))
    (_, low), (_, high) = dots(drawing("neck_length"))
    assert (low - high) / 100 == pytest.approx(GENERIC_SUBJECT.neck_length_m, abs=0.015)
    (left, _), (right, _) = dots(drawing("shoulder_width"))
    acromial = np.abs(np.asarray(generic_anatomy().points)[:, 2]).max()
    assert (right - left) / 100 == pytest.approx(2.0 * acromial, abs=0.02)


def dots(svg: str) -> list[tuple[float, float]]:
    """Places of the two points to measure between [cm]."""
    circles = ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}circle")
    return [(float(one.get("cx")), float(one.get("cy"))) for one in circles]
