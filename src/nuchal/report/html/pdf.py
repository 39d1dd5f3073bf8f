"""The report on paper: the same page without what needs a browser, set by WeasyPrint."""

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
    if find_spec("weasyprint") is None:
        raise EngineError("--pdf needs WeasyPrint; install it with: pip install 'nuchal[pdf]'.")
    try:
        _ = weasyprint.HTML
    except OSError as problem:
        raise EngineError(
            "--pdf needs the Pango library, which WeasyPrint could not load; install it (Debian "
            "and Ubuntu: libpango-1.0-0 and libpangoft2-1.0-0; macOS: brew install pango), or "
            "print report.html in a browser."
        ) from problem


def write_pdf(html: str, path: Path) -> None:
    """Write a page as PDF.

    Args:
        html: from ``report_html(..., live=False)``.
        path: the file.

    Raises:
        OSError: where ``path`` cannot be written.
    """
    weasyprint.HTML(string=html).write_pdf(path)
