"""Matplotlib's figures as SVG that takes its colours and its letters from the page around it.

A colour is asked for by its role (``ink("soft")``). Matplotlib is given a stand-in for it, and in the SVG that stands
as the page's CSS variable, so that a figure follows the page into the dark. Text stays text. Equal input gives equal
SVG: no date, ids by a salt, and no setting of the user's own.
"""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

import matplotlib
from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.figure import Figure

SERIES = ("s0", "s1", "s2", "s3", "s4", "s5", "s6")
"""The roles of the colours that tell series apart."""
_ROLES = ("ink", "soft", "line", "card", "limit", "mark", *SERIES)
_STAND_IN = {role: f"#0100{number:02x}" for number, role in enumerate(_ROLES, 1)}
_VARIABLE = {colour: f"var(--{role})" for role, colour in _STAND_IN.items()}
_SVG = "{http://www.w3.org/2000/svg}"
_LINK = "{http://www.w3.org/1999/xlink}href"


def ink(role: str) -> str:
    """The colour of that role. Raises KeyError for a role that the style sheet does not know."""
    return _STAND_IN[role]


_SETTINGS: dict[Any, Any] = {
    "svg.fonttype": "none",
    "font.family": "DejaVu Sans",  # what texts are measured by; the page sets them in its own
    "text.parse_math": False,  # a $ in a name is a $
    "axes.facecolor": "none",
    "figure.facecolor": "none",
    "savefig.facecolor": "none",
    "axes.edgecolor": ink("line"),
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.labelcolor": ink("soft"),
    "text.color": ink("ink"),
    "xtick.color": ink("line"),
    "ytick.color": ink("line"),
    "xtick.labelcolor": ink("soft"),
    "ytick.labelcolor": ink("soft"),
    "grid.color": ink("line"),
    "grid.linewidth": 0.6,
}


def draw(
    name: str, title: str, says: str, size: tuple[float, float], paint: Callable[[Figure], None], *, letters: float = 11
) -> Markup:
    """The figure that ``paint`` puts on a canvas of so many pixels, as an inline SVG element.

    ``name`` tells it from all other figures of the page, ``title`` and ``says`` tell of it to whoever does not see it;
    one without a title is an ornament.
    ``letters`` is the height of its letters in pixels.
    """
    width, height = size
    with matplotlib.rc_context(), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph")  # the reader's letters are not those that it is measured by
        matplotlib.rcdefaults()
        matplotlib.rcParams.update({**_SETTINGS, "font.size": letters, "svg.hashsalt": name})
        figure = Figure(figsize=(width / 72, height / 72), dpi=72)  # a point is a pixel
        paint(figure)
        written = io.StringIO()
        figure.savefig(written, format="svg", metadata={"Date": None})
    return _ours(ElementTree.fromstring(written.getvalue()), name, title, says, size)


def area(figure: Figure, left: float, top: float, right: float, bottom: float) -> Axes:
    """Axes with so many pixels of the figure left free around them."""
    width, height = figure.get_size_inches() * 72
    return figure.add_axes(
        (left / width, bottom / height, (width - left - right) / width, (height - top - bottom) / height)
    )


def _ours(root: ElementTree.Element, name: str, title: str, says: str, size: tuple[float, float]) -> Markup:
    """Without what belongs to a file of its own, and what speaks for the whole page: ids, and a style for all of it."""
    used = {match for element in root.iter() for value in element.attrib.values() for match in _references(value)}
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag == f"{_SVG}metadata" or (
                child.tag == f"{_SVG}defs" and child.find(f"{_SVG}style") is not None
            ):
                parent.remove(child)
    for element in root.iter():
        element.tag = element.tag.removeprefix(_SVG)
        element.attrib = {
            key.replace(_LINK, "href"): _value(key, value)
            for key, value in element.attrib.items()
            if (key != "id" or value in used) and not value.startswith("rotate(-0 ")
        }
        if element.text is not None and not element.text.strip():
            element.text = None
        element.tail = None
    root.attrib = {"class": "plot", "viewBox": f"0 0 {size[0]:g} {size[1]:g}"}
    if title:
        root.attrib |= {"role": "img", "aria-labelledby": f"{name}-title", "aria-describedby": f"{name}-says"}
        for place, (tag, part, text) in enumerate((("title", "title", title), ("desc", "says", says))):
            element = ElementTree.Element(tag, {"id": f"{name}-{part}"})
            element.text = text
            root.insert(place, element)
    else:
        root.attrib["aria-hidden"] = "true"
    return Markup(ElementTree.tostring(root, encoding="unicode"))


def _references(value: str) -> list[str]:
    """The ids that an attribute points at."""
    return re.findall(r"^(?:url\()?#([\w-]+)\)?$", value)


def _value(key: str, value: str) -> str:
    if key == "style":
        value = re.sub(r"#[0-9a-f]{6}\b", lambda found: _VARIABLE[found.group()], value)
        value = re.sub(r" ?font-family: [^;]*;", "", value)
    if key in ("id", _LINK, "clip-path"):
        return value
    return re.sub(r"-?\d+\.\d+", lambda found: f"{float(found.group()):.2f}".rstrip("0").rstrip("."), value)
