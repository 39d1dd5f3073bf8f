"""What measured EMG and predicted forces together say of each muscle, in figures and a sentence."""

from typing import Any, Literal

from nuchal.emg.compensation import MuscleReading, Reading
from nuchal.emg.mapping import MappedChannel
from nuchal.report.summaries.parts import Part
from nuchal.report.text import say


class TimesPart(Part):
    """A ratio, and the interval by the postures seen and by how healthy people differ."""

    value: float
    low: float
    high: float


class PredictedPart(Part):
    """A ratio of forces, and the range of 95 % of healthy people."""

    value: float
    low: float
    high: float


class ReadingPart(Part):
    """Of one muscle; ratios are of means over the postures that both movements go through.

    Attributes:
        reading: ``emg.compensation`` says what each is.
        doubt: Why nothing can be told.
        measured_over_healthy: EMG over the model's activation in the healthy movement.
        measured_over_asked: EMG over the model's activation in the person's own movement.
        predicted_over_healthy: The model's force over that in the healthy movement.
        at_other_times: Whether the muscle works at other times than the model says.
        text: All of it as sentences.
    """

    reading: Literal["compensation", "inhibition", "more_than_asked", "as_expected", "cannot_tell"]
    doubt: Literal["no_mvc", "no_limits", "few_postures", "little_activity", "bad_channel"] | None
    postures: int
    measured_over_healthy: TimesPart | None
    measured_over_asked: TimesPart | None
    predicted_over_healthy: PredictedPart | None
    at_other_times: bool
    text: str

    @property
    def found(self) -> bool:
        """Whether there is something to say of the muscle."""
        return self.reading not in ("as_expected", "cannot_tell")


def reading_part(mapped: MappedChannel, found: MuscleReading) -> ReadingPart:
    """Of one channel."""
    level, asked, predicted = found.level, found.asked, found.predicted
    return ReadingPart(
        reading=found.reading.value,
        doubt=None if found.doubt is None else found.doubt.value,
        postures=found.postures,
        measured_over_healthy=None if level is None else TimesPart(**level._asdict()),
        measured_over_asked=None if asked is None else TimesPart(**asked._asdict()),
        predicted_over_healthy=None if predicted is None else PredictedPart(**predicted._asdict()),
        at_other_times=found.at_other_times,
        text=_sentences(mapped, found),
    )


def reading_words(found: MuscleReading) -> str:
    """Such as ``compensation``."""
    return say(f"reading.{found.reading.value}")


def _sentences(mapped: MappedChannel, found: MuscleReading) -> str:
    muscle = mapped.words if mapped.site is None else mapped.words[0].upper() + mapped.words[1:]
    said = [f"{muscle}: {say(f'reading.{found.reading.value}_text', **_values(found))}"]
    if found.at_other_times:
        said.append(say("reading.at_other_times"))
    return " ".join(said)


def _values(found: MuscleReading) -> dict[str, Any]:
    """The numbers that a reading's sentence has."""
    if found.doubt is not None:
        return {"why": say(f"reading.{found.doubt.value}")}
    times = found.level if found.reading == Reading.COMPENSATION else found.asked
    values: dict[str, Any] = {} if times is None else times._asdict()
    if found.reading == Reading.COMPENSATION and found.predicted is not None:
        values |= {"predicted": found.predicted.value, "least": found.predicted.low}
    if found.reading == Reading.MORE_THAN_ASKED and found.level is not None:
        values["level"] = found.level.value
    return values
