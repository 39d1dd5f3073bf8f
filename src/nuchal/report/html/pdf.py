"""The report on paper: the same page without what needs a browser, set by WeasyPrint."""

import warnings
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import lazy_loader

from nuchal.errors import EngineError

if TYPE_CHECKING:
    import weasyprint
else:
    weasyprint = lazy_loader.load("weasyprint")


def check_pdf() -> None:
    """See whether PDF can be written here.

    Raises:
        EngineError: WeasyPrint is missing, or the library that it draws text with.
    """
    with warnings.catch_warnings():
        # Fonts are embedded whole where this library is missing, and the file is a little larger.
        warnings.filterwarnings("ignore", "HarfBuzz-Subset", DeprecationWarning)
        try:
            missing = find_spec("weasyprint") is None
            _ = None if missing else weasyprint.HTML
        except OSError as problem:
            raise EngineError("pdf.no_pango") from problem
    if missing:
        raise EngineError("pdf.no_package")


def write_pdf(html: str, path: Path) -> None:
    """Write a page as PDF.

    Args:
        html: from ``report_html(..., live=False)``.
        path: the file.

    Raises:
        EngineError: PDF cannot be written here.
        OSError: where ``path`` cannot be written.
    """
    check_pdf()
    weasyprint.HTML(string=html).write_pdf(path)
