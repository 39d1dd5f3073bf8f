from .conventions import COORDINATES as COORDINATES
from .conventions import LEVELS as LEVELS
from .conventions import MARKERS as MARKERS
from .conventions import PRESETS as PRESETS
from .errors import NuchalError as NuchalError
from .errors import Status as Status
from .io.osim import write_osim as write_osim
from .io.subject import read_subject as read_subject
from .model.anatomy import MUSCLES as MUSCLES
from .model.anatomy import Anatomy as Anatomy
from .model.anatomy import generic_anatomy as generic_anatomy
from .model.personalise import personalise as personalise
from .motion.prepare import TrackingSettings as TrackingSettings
from .records import Estimate as Estimate
from .records import HeadLoad as HeadLoad
from .records import JointMoments as JointMoments
from .records import JointReactions as JointReactions
from .records import Motion as Motion
from .records import MuscleForces as MuscleForces
from .records import Recording as Recording
from .records import Subject as Subject
from .workflows.estimate import EstimateOptions as EstimateOptions
from .workflows.estimate import run_estimate as run_estimate
from .workflows.personalise import run_personalise as run_personalise

__version__: str
