"""A population is drawn, written, and set beside the survey that it stands for."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np

from nuchal.errors import PopulationError
from nuchal.io.population import refuse_foreign, write_population
from nuchal.model.population import SEXES, People, Population, blocks_of_people
from nuchal.model.survey import MEASURES, Group, Statistics, survey

_GROUPS: Final[dict[str | None, Group]] = {"male": "men", "female": "women", None: "pooled"}
_MOST: Final = 2**32


@dataclass(frozen=True, kw_only=True)
class PopulationRow:
    """One measure of one group, as drawn and as the survey has it, in the measure's unit.

    Attributes:
        sd: None for a single person.
    """

    group: Group
    measure: str
    people: int
    mean: float
    sd: float | None
    survey_mean: float
    survey_sd: float


@dataclass(frozen=True, kw_only=True)
class PopulationTable:
    """What was drawn.

    Attributes:
        rejected: Implausible people as a share of all who were drawn.
        largest_covariance_error: Largest difference of a covariance within a group from the
            survey's, as a share of the product of the two standard deviations; None where a group
            has a single person.
    """

    out: Path
    population: Population
    count: int
    rejected: float
    rows: tuple[PopulationRow, ...]
    largest_covariance_error: float | None


@dataclass
class _Moments:
    """Sums over people as they pass by, about the survey's means."""

    group: Group
    people: int = 0
    total: np.ndarray = field(default_factory=lambda: np.zeros(0))
    products: np.ndarray = field(default_factory=lambda: np.zeros((0, 0)))

    def add(self, measures: np.ndarray) -> None:
        apart = measures - self.survey.mean[: measures.shape[1]]
        if not self.people:
            self.total = np.zeros(apart.shape[1])
            self.products = np.zeros((apart.shape[1],) * 2)
        self.people += len(apart)
        self.total += apart.sum(axis=0)
        self.products += apart.T @ apart

    @property
    def survey(self) -> Statistics:
        return survey(self.group)

    @property
    def covariance(self) -> np.ndarray | None:
        if self.people < 2:
            return None
        mean = self.total / self.people
        return np.asarray((self.products - self.people * np.outer(mean, mean)) / (self.people - 1))


def run_population(
    out: Path,
    *,
    population: Population,
    count: int,
    force: bool = False,
    progress: Callable[[str, float], None] = lambda _doing, _share: None,
) -> PopulationTable:
    """Draw people 0 to ``count`` - 1 of a population and write them as CSV.

    Args:
        out: the file; replaced whole or not at all, and only if it holds a population.
        population: whom to draw.
        count: how many.
        force: replace a file of anything else, too.
        progress: told what is being done and which share of it is.

    Raises:
        PopulationError: no people are asked for, or more than can be counted.
        OutputError: the place cannot be written, or holds something else.
    """
    if not 1 <= count <= _MOST:
        raise PopulationError("population.count", count=count, most=_MOST)
    refuse_foreign(out, force=force)
    progress("drawing", 0.0)
    moments = {sex: _Moments(group) for sex, group in _GROUPS.items()}
    tally = _Tally(moments)
    write_population(
        out,
        population,
        tally.watch(blocks_of_people(population, count)),
        count=count,
        force=force,
        progress=lambda written: progress("drawing", written / count),
    )
    found = [group for group in moments.values() if group.people]
    errors = [error for group in found for error in _covariance_errors(group)]
    return PopulationTable(
        out=out,
        population=population,
        count=count,
        rejected=1.0 - count / tally.attempts,
        rows=tuple(row for group in found for row in _rows(group)),
        largest_covariance_error=max(errors, default=None),
    )


@dataclass
class _Tally:
    """Counts people on their way to the file."""

    moments: dict[str | None, _Moments]
    attempts: int = 0

    def watch(self, blocks: Iterable[People]) -> Iterator[People]:
        for people in blocks:
            self.attempts += int(people.attempts.sum())
            measures = people.measures()
            for number, sex in enumerate(SEXES):
                of_sex = people.sex == number
                if of_sex.any():
                    self.moments[sex].add(measures[of_sex])
            yield people


def _rows(group: _Moments) -> Iterator[PopulationRow]:
    mean = group.survey.mean[: len(group.total)] + group.total / group.people
    covariance = group.covariance
    for k in range(len(mean)):
        yield PopulationRow(
            group=group.group,
            measure=MEASURES[k],
            people=group.people,
            mean=float(mean[k]),
            sd=None if covariance is None else float(np.sqrt(covariance[k, k])),
            survey_mean=float(group.survey.mean[k]),
            survey_sd=float(np.sqrt(group.survey.covariance[k, k])),
        )


def _covariance_errors(group: _Moments) -> Iterator[float]:
    covariance = group.covariance
    if covariance is None:
        return
    known = group.survey.covariance[: len(covariance), : len(covariance)]
    sd = np.sqrt(np.diag(known))
    yield float(np.abs((covariance - known) / np.outer(sd, sd)).max())
