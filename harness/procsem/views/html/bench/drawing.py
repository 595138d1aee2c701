"""Matplotlib's plots as SVG with the colours and the font of the page around them.

A colour is chosen by its role: ``ink("soft")``. Matplotlib draws with a placeholder for it, which becomes the page's
CSS variable in the SVG, so that plots follow the page into dark mode. Text stays text. Equal input gives equal SVG: no
date, ids from a fixed salt, and no settings of the user.
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
"""The roles of the colours of series."""
_ROLES = ("ink", "soft", "line", "card", "baseline", "mark", *SERIES)
_PLACEHOLDER = {role: f"#0100{number:02x}" for number, role in enumerate(_ROLES, 1)}
_VARIABLE = {colour: f"var(--{role})" for role, colour in _PLACEHOLDER.items()}
_SVG = "{http://www.w3.org/2000/svg}"
_LINK = "{http://www.w3.org/1999/xlink}href"


def ink(role: str) -> str:
    """Return the colour of a role. Raises KeyError for a role that the style sheet does not have."""
    return _PLACEHOLDER[role]


_SETTINGS: dict[Any, Any] = {
    "svg.fonttype": "none",
    "font.family": "DejaVu Sans",  # only measures texts; the page draws them in its own font
    "text.parse_math": False,  # a $ in a name stays a $
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
    name: str,
    title: str,
    description: str,
    size: tuple[float, float],
    paint: Callable[[Figure], None],
    *,
    font_size: float = 11,
) -> Markup:
    """Return what ``paint`` draws on a canvas as an inline SVG element. Sizes are in pixels.

    ``name`` is a unique id in the page. ``title`` and ``description`` are for screen readers, which skip a plot without
    a title.
    """
    width, height = size
    with matplotlib.rc_context(), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph")  # only measured, and drawn by the page's font
        matplotlib.rcdefaults()
        matplotlib.rcParams.update({**_SETTINGS, "font.size": font_size, "svg.hashsalt": name})
        figure = Figure(figsize=(width / 72, height / 72), dpi=72)  # a point is a pixel
        paint(figure)
        written = io.StringIO()
        figure.savefig(written, format="svg", metadata={"Date": None})
    return _inline(ElementTree.fromstring(written.getvalue()), name, title, description, size)


def area(figure: Figure, left: float, top: float, right: float, bottom: float) -> Axes:
    """Add axes to the figure, with margins in pixels."""
    width, height = figure.get_size_inches() * 72
    return figure.add_axes(
        (left / width, bottom / height, (width - left - right) / width, (height - top - bottom) / height)
    )


def _inline(root: ElementTree.Element, name: str, title: str, description: str, size: tuple[float, float]) -> Markup:
    """Remove what only a separate file needs, and what would affect the rest of the page: unused ids, style sheets."""
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
        root.attrib |= {"role": "img", "aria-labelledby": f"{name}-title", "aria-describedby": f"{name}-description"}
        for place, (tag, part, text) in enumerate((("title", "title", title), ("desc", "description", description))):
            element = ElementTree.Element(tag, {"id": f"{name}-{part}"})
            element.text = text
            root.insert(place, element)
    else:
        root.attrib["aria-hidden"] = "true"
    return Markup(ElementTree.tostring(root, encoding="unicode"))


def _references(value: str) -> list[str]:
    """Return the ids that an attribute refers to."""
    return re.findall(r"^(?:url\()?#([\w-]+)\)?$", value)


def _value(key: str, value: str) -> str:
    if key == "style":
        value = re.sub(r"#[0-9a-f]{6}\b", lambda found: _VARIABLE[found.group()], value)
        value = re.sub(r" ?font-family: [^;]*;", "", value)
    if key in ("id", _LINK, "clip-path"):
        return value
    return re.sub(r"-?\d+\.\d+", lambda found: f"{float(found.group()):.2f}".rstrip("0").rstrip("."), value)
