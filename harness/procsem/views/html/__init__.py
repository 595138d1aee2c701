"""What the project's HTML pages share: one look, and templates that escape whatever they are given.

A page is one file that needs no network. It carries the style sheet of them all, ``base.css``, with its own behind it.
"""

from __future__ import annotations

from importlib import resources

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup


def read(package: str, name: str) -> str:
    """A file of the folder ``files`` beside a package's own modules."""
    return (resources.files(package) / "files" / name).read_text(encoding="utf-8")


def style(package: str, name: str) -> Markup:
    """The style sheet of a page: what is common to all of them, then the page's own."""
    return Markup((resources.files(__name__) / "base.css").read_text(encoding="utf-8") + read(package, name))


def templates(package: str) -> Environment:
    """The templates in a package's folder ``files``. An unknown name in one of them is an error."""
    return Environment(
        loader=PackageLoader(package, "files"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
