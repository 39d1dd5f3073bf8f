"""What was found, assumed or is wrong: codes with values. ``report.text`` puts them into words."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal, TypeAlias

Level: TypeAlias = Literal["found", "assumed", "warned"]


class Found(StrEnum):
    """Facts of a recording or a person that the results rest on."""

    METHOD_AS_ASKED = "method_as_asked"
    METHOD_LIKE_TRAINING = "method_like_training"
    METHOD_UNLIKE_TRAINING = "method_unlike_training"
    METHOD_NO_FRAME_TO_JUDGE_BY = "method_no_frame_to_judge_by"
    METHOD_NO_NETWORK = "method_no_network"
    METHOD_OF_OPENSIM = "method_of_opensim"
    METHOD_WEIGHTS_CHANGED = "method_weights_changed"
    FEW_FRAMES_OUTSIDE_TRAINING = "few_frames_outside_training"
    OPTIMISED_OUTSIDE_TRAINING = "optimised_outside_training"
    PARTLY_OUTSIDE_TRAINING = "partly_outside_training"
    TRAITS_LEARNT = "traits_learnt"
    PAPER_CLIPPED = "paper_clipped"

    METHOD_HEAD_FORCES = "method_head_forces"
    METHOD_EMG = "method_emg"
    HEAD_FORCE = "head_force"
    FORCE_DELAY_GIVEN = "force_delay_given"

    MARKERS_ALIGNED = "markers_aligned"

    LIVE_LIKE = "live_like"
    LIVE_MARKER_BACK = "live_marker_back"
    LIVE_RETURNED = "live_returned"
    LIVE_SETTLED = "live_settled"

    EMG_IN_RECORDING = "emg_in_recording"
    EMG_DELAY_GIVEN = "emg_delay_given"
    EMG_DELAY = "emg_delay"
    EMG_BEFORE_MOTION = "emg_before_motion"
    EMG_AFTER_MOTION = "emg_after_motion"
    NO_EMG_AT_START = "no_emg_at_start"
    NO_EMG_AT_END = "no_emg_at_end"
    MVC_OF_TRIALS = "mvc_of_trials"

    CHANNEL_NOT_IN_ALL = "channel_not_in_all"
    FRAMES_LEFT_OUT = "frames_left_out"
    WINDOWS_FITTED = "windows_fitted"
    MUSCLES_LEFT_OUT = "muscles_left_out"

    BODIES_NEVER_SEEN = "bodies_never_seen"
    COLUMNS_LEFT_OUT = "columns_left_out"
    EMG_UNIT_GIVEN = "emg_unit_given"
    FACE_UNSURE = "face_unsure"
    HEADER_RATE = "header_rate"
    MODEL_OUTPUTS = "model_outputs"
    NEVER_VISIBLE = "never_visible"
    NO_HEAD_LEFT_OUT = "no_head_left_out"
    OTHER_FRAME_COUNT = "other_frame_count"
    OTHER_COLUMNS = "other_columns"
    OTHER_MARKER_COUNT = "other_marker_count"
    ROTATIONS_MENDED = "rotations_mended"
    ROWS_LEFT_OUT = "rows_left_out"
    PREFIX_REMOVED = "prefix_removed"
    SUFFIX_REMOVED = "suffix_removed"
    TIMES_AND_HEADER_DIFFER = "times_and_header_differ"
    TIMES_BY_HEADER = "times_by_header"
    TIMES_REPLACED = "times_replaced"
    UNIT_REPLACED = "unit_replaced"
    UNLABELLED_LEFT_OUT = "unlabelled_left_out"

    FRAMES_COMPARED = "frames_compared"

    LABORATORY = "laboratory"
    NEUTRAL_STILL = "neutral_still"
    NEUTRAL_GIVEN = "neutral_given"
    NEUTRAL_QUIET = "neutral_quiet"
    NEUTRAL_AHEAD = "neutral_ahead"
    NEUTRAL_UNTURNED = "neutral_unturned"
    HEAD_AND_TORSO = "head_and_torso"
    FACES = "faces"
    HEADING_DRIFT = "heading_drift"
    HEAD_MARKERS = "head_markers"
    HEAD_MARKERS_CARRY = "head_markers_carry"
    THORAX_FITTED = "thorax_fitted"
    OPEN_GAPS = "open_gaps"
    SMOOTHED = "smoothed"

    EMG_CHANNELS_LEFT_OUT = "emg_channels_left_out"
    EMG_HEART_RATE = "emg_heart_rate"


class Assumed(StrEnum):
    """Choices that had to be made, and what the method takes for granted."""

    MASS_OF_BODY = "mass_of_body"
    MASS_GIVEN = "mass_given"
    GENERIC_STRENGTH = "generic_strength"
    STRENGTH_BY_SIZE = "strength_by_size"
    STRENGTH_BY_AREA = "strength_by_area"
    STRENGTH_MEASURED = "strength_measured"
    OWN_RANGE = "own_range"
    MEASURED_UNUSED = "measured_unused"
    GRAVITY_LEANS = "gravity_leans"
    GRAVITY_UPRIGHT = "gravity_upright"
    LOAD_AT_HEAD = "load_at_head"
    LOAD_AT_PLACE = "load_at_place"
    FORCE_FRAME = "force_frame"
    FORCE_TIMES_STATED = "force_times_stated"
    FORCE_STARTS_WITH_MOTION = "force_starts_with_motion"
    FORCE_UNITS_OF_OPENSIM = "force_units_of_opensim"
    ISOMETRIC_CAPACITY = "isometric_capacity"
    NO_PASSIVE_FIBRES = "no_passive_fibres"
    WEIGHTS_CHANGED = "weights_changed"

    HEALTHY_OF_AGE = "healthy_of_age"
    HEALTHY_OF_ANY_AGE = "healthy_of_any_age"
    OWN_NEUTRAL_POSES = "own_neutral_poses"
    MATCH_BY_NECK_LENGTH = "match_by_neck_length"

    VISITS_REPEAT = "visits_repeat"
    FIRST_VISITS_NECK = "first_visits_neck"
    MUSCLES_DIFFER_AS_PEOPLE = "muscles_differ_as_people"

    EMG_TIMES_STATED = "emg_times_stated"
    EMG_STARTS_WITH_MOTION = "emg_starts_with_motion"
    NO_MVC = "no_mvc"
    EMG_ASSISTED = "emg_assisted"
    EMG_PULLS_ON_ALL = "emg_pulls_on_all"
    CONDITIONED_OTHERWISE = "conditioned_otherwise"

    GENERIC_STIFFNESS = "generic_stiffness"
    CHANNEL_IS_MEAN_EXCITATION = "channel_is_mean_excitation"
    ONE_DRIVE_FOR_ALL = "one_drive_for_all"
    MUSCLES_SUPPLY_ALL = "muscles_supply_all"

    CHANNELS_NUMBERED = "channels_numbered"
    LATIN_1 = "latin_1"
    OLD_MOT_DEGREES = "old_mot_degrees"
    PART_IS_MISSING = "part_is_missing"
    RADIANS = "radians"
    RIGHT_HANDED = "right_handed"
    ZERO_IS_MISSING = "zero_is_missing"

    GENERIC_NECK = "generic_neck"
    STANDARD_MOVEMENT = "standard_movement"
    STRENGTH_AT_REST = "strength_at_rest"
    STRENGTH_LEVER = "strength_lever"
    STRENGTH_OF_A_MAN = "strength_of_a_man"
    COMPARED_WITH_MEN = "compared_with_men"

    MIRRORED = "mirrored"
    NEUTRAL_TURNED = "neutral_turned"
    NEUTRAL_MOVING = "neutral_moving"
    NEUTRAL_TURNING = "neutral_turning"
    TRUNK_STILL = "trunk_still"
    LEAPT = "leapt"
    NO_DRIFT_KNOWN = "no_drift_known"
    TURNS_IN_DOUBT = "turns_in_doubt"
    STRAY = "stray"
    NOT_ON_HEAD = "not_on_head"
    STANDS_STILL = "stands_still"
    EXCHANGED_BACK = "exchanged_back"
    JUMPED = "jumped"
    SLIP_PLACED = "slip_placed"
    SLIP_PUT_BACK = "slip_put_back"
    SLIP_LEFT_OUT = "slip_left_out"
    FILLED = "filled"
    THORAX_UNTURNED = "thorax_unturned"
    THORAX_HELD = "thorax_held"
    RHYTHM = "rhythm"
    LEAST_ENERGY = "least_energy"
    UPPER_THORAX = "upper_thorax"
    CUTOFF_LOWERED = "cutoff_lowered"
    SHORT_RECORDING = "short_recording"

    EMG_CHANNELS_BY_NAME = "emg_channels_by_name"


class Warned(StrEnum):
    """What looks wrong, and asks for a check."""

    EMG_DELAY_AMBIGUOUS = "emg_delay_ambiguous"
    EMG_DELAY_AT_LIMIT = "emg_delay_at_limit"
    HEADING_DRIFTS = "heading_drifts"
    CHANNELS_SWAPPED = "channels_swapped"
    MATCH_AT_BORDER = "match_at_border"
    MEASURES_DIFFER = "measures_differ"
    TASKS_DIFFER = "tasks_differ"
    NO_COMMON_RANGE = "no_common_range"
    ABOVE_MVC = "above_mvc"
    NO_INTERVALS = "no_intervals"

    PAPER_NETWORKS = "paper_networks"
    PAPER_OUTSIDE = "paper_outside"

    FORCE_LARGE = "force_large"
    FORCE_FAR = "force_far"

    MAYBE_RADIANS = "maybe_radians"

    LIVE_CLOCK_BACK = "live_clock_back"
    LIVE_FRAMES_MISSED = "live_frames_missed"
    LIVE_LATE = "live_late"
    LIVE_LEAPT = "live_leapt"
    LIVE_MARKER_GONE = "live_marker_gone"
    LIVE_MOVING = "live_moving"
    LIVE_RATE_WAVERS = "live_rate_wavers"
    LIVE_SILENT = "live_silent"
    LIVE_UNLIKE = "live_unlike"
    LIVE_UNSEEN = "live_unseen"

    THORAX_MOVED = "thorax_moved"
    BELOW_ORIGIN = "below_origin"
    TRUNK_LEANS = "trunk_leans"
    NEUTRAL_BENT = "neutral_bent"
    NEUTRAL_UNCLEAR = "neutral_unclear"
    NEUTRAL_TILTED = "neutral_tilted"
    STATIC_ELSEWHERE = "static_elsewhere"
    HEAD_DISPLACED = "head_displaced"
    HEAD_MISFIT = "head_misfit"
    SLIP_UNCLEAR = "slip_unclear"

    EMG_CONSTANT = "emg_constant"
    EMG_NONE = "emg_none"
    EMG_NEVER_NEGATIVE = "emg_never_negative"
    EMG_MISSING = "emg_missing"
    EMG_LOST = "emg_lost"
    EMG_CLIPPED = "emg_clipped"
    EMG_MAINS = "emg_mains"
    EMG_MOTION = "emg_motion"
    EMG_HEART = "emg_heart"
    EMG_SPIKES = "emg_spikes"
    EMG_NOISE = "emg_noise"


What: TypeAlias = Found | Assumed | Warned


@dataclass(frozen=True)
class Finding:
    """One thing that was found, assumed or is wrong.

    Attributes:
        what: Its code.
        values: The numbers and names that belong to it, in the units that their names end in.
        about: The recording that it is of, where there are several.
    """

    what: What
    values: Mapping[str, Any]
    about: str | None = None

    @property
    def level(self) -> Level:
        """Which of the three it is."""
        return _LEVELS[type(self.what)]


_LEVELS: dict[type, Level] = {Found: "found", Assumed: "assumed", Warned: "warned"}


def finding(what: What, /, **values: Any) -> Finding:
    """One finding with its values."""
    return Finding(what, values)
