import pytest

from nuchal.model.anatomy import Anatomy
from nuchal.model.generic import generic_anatomy


@pytest.fixture(scope="session")
def anatomy() -> Anatomy:
    """The generic neck."""
    return generic_anatomy()
