"""What the report's methods are after, and where to read it."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, kw_only=True)
class Reference:
    """One publication."""

    words: str
    """Authors, year, title, journal."""
    doi: str | None


REFERENCES: Final = (
    Reference(
        words="He, Liu, Li (2026). From simplified markers to muscle function: a deep learning "
        "approach for personalized cervical biomechanics assessment powered by massive "
        "musculoskeletal simulation. Sensors 26(2):752. The approach as a whole: envelopes, best "
        "match, ratios of peak forces, paired test.",
        doi="10.3390/s26020752",
    ),
    Reference(
        words="Mortensen, Vasavada, Merryweather (2018). The inclusion of hyoid muscles improve "
        "moment generating capacity and dynamic simulations in musculoskeletal models of the head "
        "and neck. PLoS ONE 13(6):e0199912. The generic neck.",
        doi="10.1371/journal.pone.0199912",
    ),
    Reference(
        words="Millard, Uchida, Seth, Delp (2013). Flexing computational muscle: modeling and "
        "simulation of musculotendon dynamics. J Biomech Eng 135(2):021005. Muscle curves.",
        doi="10.1115/1.4023390",
    ),
    Reference(
        words="Crowninshield, Brand (1981). A physiologically based criterion of muscle force "
        "prediction in locomotion. J Biomech 14(11):793-801. How moments are shared among muscles.",
        doi="10.1016/0021-9290(81)90035-X",
    ),
    Reference(
        words="Wu et al. (2002). ISB recommendation on definitions of joint coordinate systems for "
        "the reporting of human joint motion, part I. J Biomech 35(4):543-548. Angles of the head.",
        doi="10.1016/S0021-9290(01)00222-6",
    ),
    Reference(
        words="Swinkels, Swinkels-Meewisse (2014). Normal values for cervical range of motion. "
        "Spine 39(5):362-367. What is normal at an age.",
        doi=None,
    ),
    Reference(
        words="Youdas et al. (1992). Normal range of motion of the cervical spine: an initial "
        "goniometric study. Phys Ther 72(11):770-780. How healthy people differ.",
        doi="10.1093/ptj/72.11.770",
    ),
    Reference(
        words="Edelsbrunner, Mücke (1994). Three-dimensional alpha shapes. ACM Trans Graph "
        "13(1):43-72. Motion envelopes.",
        doi="10.1145/174462.156635",
    ),
    Reference(
        words="Land, Doig (1960). An automatic method of solving discrete programming problems. "
        "Econometrica 28(3):497-520. The search for the best match.",
        doi="10.2307/1910129",
    ),
    Reference(
        words="Westfall, Young (1993). Resampling-based multiple testing. Wiley, ISBN "
        "0-471-55761-7. Testing 72 muscles at once.",
        doi=None,
    ),
)
