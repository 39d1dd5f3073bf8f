"""Failures that a person can mend, and statuses that say what happened to a frame."""

from nuchal.errors.extras import need_extra as need_extra
from nuchal.errors.failures import (
    DatasetError as DatasetError,
)
from nuchal.errors.failures import (
    EngineError as EngineError,
)
from nuchal.errors.failures import (
    NetworkError as NetworkError,
)
from nuchal.errors.failures import (
    NuchalError as NuchalError,
)
from nuchal.errors.failures import (
    OutputError as OutputError,
)
from nuchal.errors.failures import (
    PopulationError as PopulationError,
)
from nuchal.errors.failures import (
    RecordingError as RecordingError,
)
from nuchal.errors.failures import (
    SubjectError as SubjectError,
)
from nuchal.errors.phrases import Phrase as Phrase
from nuchal.errors.phrases import Place as Place
from nuchal.errors.phrases import Setting as Setting
from nuchal.errors.phrases import phrase as phrase
from nuchal.errors.status import Status as Status
