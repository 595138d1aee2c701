"""The common parts of the HTML pages: a style sheet, and templates that escape all text.

A page is one file that needs no network. It contains the common style sheet, ``base.css``, and its own.
"""

from __future__ import annotations

from importlib import resources

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup


def read(package: str, name: str) -> str:
    """Return the text of a file in the folder ``files`` of a package."""
    return (resources.files(package) / "files" / name).read_text(encoding="utf-8")


def style(package: str, *names: str) -> Markup:
    """Return the common style sheet followed by the page's own."""
    common = (resources.files(__name__) / "base.css").read_text(encoding="utf-8")
    return Markup(common + "".join(read(package, name) for name in names))


def templates(package: str) -> Environment:
    """Return the templates in the folder ``files`` of a package. An unknown name in a template is an error."""
    return Environment(
        loader=PackageLoader(package, "files"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
