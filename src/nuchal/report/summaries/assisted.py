"""EMG that took part in finding forces, in numbers that another program can read."""

from nuchal.records import Estimate
from nuchal.report.summaries.parts import Part


class AssistedChannelSummary(Part):
    """One channel beside the activation of its muscles.

    Attributes:
        r_without: Pearson's, had EMG taken no part.
        rmse_without: As a share of the maximum, likewise.
    """

    channel: str
    muscles: tuple[str, ...]
    r_without: float | None
    r: float | None
    rmse_without: float | None
    rmse: float | None


class AssistanceSummary(Part):
    """EMG-assisted static optimisation.

    Attributes:
        weight: Of the squared difference from the measured activations.
        delay_s: How late the EMG's clock was taken to be.
        channels: By their muscles.
    """

    weight: float
    emg_file: str
    delay_s: float
    channels: dict[str, AssistedChannelSummary]


def assistance_summary(estimate: Estimate) -> AssistanceSummary | None:
    """What EMG did to the forces; None where it took no part."""
    found = estimate.assistance
    if found is None:
        return None
    return AssistanceSummary(
        weight=found.weight,
        emg_file=found.emg_file.name,
        delay_s=found.delay_s,
        channels={
            one.label: AssistedChannelSummary(
                channel=one.channel,
                muscles=one.muscles,
                r_without=one.r[0],
                r=one.r[1],
                rmse_without=one.rmse[0],
                rmse=one.rmse[1],
            )
            for one in found.channels
        },
    )
