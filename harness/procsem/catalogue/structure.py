"""From what stands in a TOML file to typed values, strictly: each fault is a phrase that begins with its key."""

from __future__ import annotations

from typing import Any, TypeVar

from cattrs import Converter, transform_error
from cattrs.errors import BaseValidationError

from procsem.errors import ProcsemError

T = TypeVar("T")


class StructureError(ProcsemError):
    """What is written does not make the value; ``faults`` say why, each with its key."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


def structure(table: Any, kind: type[T]) -> T:
    """The value of that kind that the table describes. Raises :class:`StructureError`."""
    try:
        return _converter.structure(table, kind)
    except BaseValidationError as error:
        raise StructureError([_plain(message) for message in transform_error(error)]) from error


def _strictly(kind: type) -> Any:
    def checked(value: Any, _: type) -> Any:
        accepted = (int, float) if kind is float else kind
        if isinstance(value, accepted) and (kind is bool or not isinstance(value, bool)):
            return value
        raise ValueError(f"must be {kind.__name__}, not {type(value).__name__}")

    return checked


_converter = Converter(forbid_extra_keys=True)
for _kind in (str, int, float, bool):
    _converter.register_structure_hook(_kind, _strictly(_kind))
_converter.register_structure_hook(str | list[str], lambda value, _: [value] if isinstance(value, str) else list(value))


def _plain(message: str) -> str:
    """cattrs' message with its path put first: ``expect[0].when: must be str, not int``."""
    what, _, path = message.partition(" @ $")
    path = path.lstrip(".")
    what = what.replace("invalid value for type, expected", "must be").replace("extra fields found", "has unknown keys")
    what = (
        what.replace("required field missing", "is missing a key")
        .removeprefix("invalid type, ")
        .replace("unknown error: ", "")
    )
    return f"{path}: {what}" if path else what


__all__ = ["StructureError", "structure"]
