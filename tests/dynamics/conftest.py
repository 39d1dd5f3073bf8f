"""The generic neck with anatomical inertias."""

import pytest

from nuchal.model.anatomy import Anatomy
from nuchal.model.generic import generic_anatomy


@pytest.fixture(scope="session")
def anatomy() -> Anatomy:
    return generic_anatomy("living")
