"""The exceptions, warnings and stacks in a text, in any format. Pure data."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum

from attrs import field, frozen


class Link(StrEnum):
    """The connection of an exception to the one that was printed before it."""

    NONE = "none"
    CAUSE = "cause"
    """``raise ... from``: the earlier exception was the direct cause."""
    CONTEXT = "context"
    """The exception was raised while the earlier one was handled."""


@frozen
class Frame:
    """One entry of a traceback."""

    file: str
    line: int
    function: str | None = None
    """None where the format does not print it, as in pytest's long tracebacks."""
    code: str = ""
    """The source line, stripped, or an empty string where it was not printed."""

    @property
    def library(self) -> str | None:
        """The file below the standard library, such as ``multiprocessing/spawn.py``, or None for other files."""
        path = self.file.replace("\\", "/")
        if re.match(
            r"(?:multiprocessing|concurrent|asyncio)/\w+[/\w]*\.py$|(?:threading|subprocess|selectors)\.py$", path
        ):
            return path  # py-spy shortens paths.
        if frozen_module := re.fullmatch(r"<frozen ([\w.]+)>", path):
            return frozen_module[1].replace(".", "/") + ".py"
        if fork := re.search(r"/(?:site|dist)-packages/(?:multiprocess|billiard)/(\w+[/\w]*\.py)$", path):
            return f"multiprocessing/{fork[1]}"  # the copies of multiprocessing that pathos and Celery use
        if torch := re.search(r"/(?:site|dist)-packages/(torch/multiprocessing/\w+\.py)$", path):
            return torch[1]  # it wraps multiprocessing, and calls the target itself
        if "/site-packages/" in path or "/dist-packages/" in path:
            return None
        found = re.search(
            r"(?i)(?:/(?:lib|lib64)/?(?:(?:python|pypy)[\d.]+t?)/|/lib/)((?!python|pypy)[\w/.-]+\.py)$", path
        )
        return found[1] if found else None


def _user_frame(frames: Sequence[Frame]) -> Frame | None:
    for frame in reversed(frames):
        if frame.library is None and "-packages/" not in frame.file.replace("\\", "/") and frame.file[0] != "<":
            return frame
    return None


@frozen
class ExceptionText:
    """One exception as it was printed."""

    type: str
    """The name without its module: ``PicklingError``."""
    message: str
    """May span several lines."""
    frames: tuple[Frame, ...] = ()
    """The outermost first."""
    process: str | None = None
    """The name in the heading ``Process NAME:`` that multiprocessing prints, or None."""
    link: Link = Link.NONE
    """The connection to the exception before it."""
    at: int = field(default=0, eq=False)
    """The line of the text, from 1, that has the exception's type."""

    @property
    def user_frame(self) -> Frame | None:
        """The innermost frame outside the standard library and installed packages, or None."""
        return _user_frame(self.frames)


@frozen
class Warned:
    """One warning as Python prints it."""

    category: str
    message: str
    file: str
    line: int
    at: int = field(default=0, eq=False)


@frozen
class Stack:
    """The stack of one thread, as faulthandler or py-spy prints it."""

    frames: tuple[Frame, ...]
    """The outermost first."""
    at: int = field(default=0, eq=False)

    @property
    def user_frame(self) -> Frame | None:
        """The innermost frame outside the standard library and installed packages, or None."""
        return _user_frame(self.frames)


@frozen
class ParsedText:
    """The exceptions, warnings and stacks in a text, each kind in the order in which it was printed."""

    exceptions: tuple[ExceptionText, ...]
    warnings: tuple[Warned, ...]
    stacks: tuple[Stack, ...]
    named: tuple[ExceptionText, ...]
    """Exceptions that a text without any traceback or stack names, such as the last line of a traceback."""
    lines: tuple[str, ...] = field(repr=False)
    """All lines, without colours and prefixes."""
