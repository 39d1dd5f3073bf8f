"""``study.json``: who took part in a study, who did not and why, how groups and sessions differ.

``null`` stands where there is nothing to say.
"""

from typing import Any, Literal

from nuchal.report.summaries.parts import Document, Part


class LeftOut(Part):
    """What takes no part, and why.

    Attributes:
        session: ``null`` where no session was sought.
        recording: ``null`` where it is all of a session.
        reason: One sentence.
    """

    person: str
    session: str | None = None
    recording: str | None = None
    reason: str


class VisitPart(Part):
    """One session of one person.

    Attributes:
        folder: Of its assessment, from the study's.
    """

    person: str
    session: str
    group: str
    folder: str
    recordings: int
    frames: int
    usable_frames: int


class Comparison(Part):
    """Two groups or sessions, or all groups, in one quantity of one direction or muscle.

    Attributes:
        of: Which direction or muscle.
        within: The session that groups are compared in, or the group that sessions are.
        difference: Second mean less first.
        df: Degrees of freedom; of F those between groups.
        p_corrected: Over the ``tests`` of one quantity and comparison.
        effect_low: Ends of its interval; ``null`` for eta squared.
    """

    quantity: str
    of: str
    comparison: Literal["groups", "sessions", "change between groups", "all groups"]
    within: str
    first: str
    second: str
    first_people: int
    second_people: int
    first_mean: float | None = None
    first_sd: float | None = None
    second_mean: float | None = None
    second_sd: float | None = None
    difference: float | None = None
    difference_low: float | None = None
    difference_high: float | None = None
    test: Literal["Welch t", "paired t", "one-way ANOVA"]
    statistic: float
    df: float
    df_within: float | None = None
    p: float
    p_corrected: float | None = None
    correction: str = ""
    tests: int = 1
    effect: Literal["Hedges g", "d_z", "eta squared"]
    effect_size: float
    effect_low: float | None = None
    effect_high: float | None = None


class StudySummary(Document):
    """Everything in ``study.json``.

    Attributes:
        options: What the study sets of the options of an assessment.
        correction: Of p values, by name.
        methods: A paragraph for a paper.
    """

    schema_version: Literal[1] = 1
    groups: list[str]
    sessions: list[str]
    options: dict[str, Any]
    correction: str
    visits: list[VisitPart]
    left_out: list[LeftOut]
    statistics: list[Comparison]
    methods: str
