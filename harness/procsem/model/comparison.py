"""Comparisons of a fact with a value, or by one of a few named forms.

In ``claims.toml`` a value in ``predicts``, ``control`` or ``observes`` is either plain data, which
the fact must equal, or a table that says how it is compared:

===============================  ==================================================================
``{ none = true }``              the fact is null: the status was lost, nothing was there
``{ one_of = [...] }``           the fact equals one of these
``{ at_least = n }``             the number is n or more
``{ at_most = n }``              the number is n or less (both bounds can be given)
``{ same_as = "fact" }``         equals another fact; ``"arm.fact"`` names one of another arm
``{ differs_from = "fact" }``    does not equal it
``{ ratio_to = "arm.fact", at_least = r }``   the fact divided by the other one is r or more
``{ seen = "never" }``           a counted fact, see below: ``never``, ``sometimes`` or ``always``
===============================  ==================================================================

A counted fact is a table ``{ "seen": k, "of": n }``: a random outcome that was seen k times in n trials. It is shown
with the confidence interval of its probability: see :func:`procsem.model.chance.interval`.

A measured fact is a table ``{ "value": v, "low": l, "high": h }``: a value with its confidence interval. A bound holds
if it holds for the whole interval, fails if it holds for none of it, and is undecided otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from math import floor, log10
from typing import Any, TypeAlias

from attrs import frozen

from procsem.errors import ProcsemError, one_of
from procsem.model.chance import interval

Fact: TypeAlias = Any
"""JSON data: null, a truth value, a number, a string, a list, a counted outcome, or a measured figure."""

Facts: TypeAlias = Mapping[str, Fact]
"""The facts of one arm, flat names to values."""


class _NotReported(Enum):
    NOT_REPORTED = "nothing"


NOT_REPORTED = _NotReported.NOT_REPORTED
"""The value of a fact that a probe did not report; it satisfies no comparison."""


class ComparisonError(ProcsemError):
    """Raised when a table is not a comparison. The message names the key and the known comparisons."""


_BOUNDS = frozenset({"at_least", "at_most"})
_FORMS = (
    frozenset({"none"}),
    frozenset({"one_of"}),
    frozenset({"same_as"}),
    frozenset({"differs_from"}),
    frozenset({"seen"}),
)
COMPARISONS = frozenset().union(*_FORMS) | _BOUNDS | {"ratio_to"}
"""The keys of a table that is a comparison."""
_MEASURED = frozenset({"value", "low", "high"})
_FREQUENCIES = ("never", "sometimes", "always")


@frozen
class Comparison:
    """The value or the form with which a fact is compared."""

    wanted: Fact
    """The data as claims.toml has it: a plain value, or a table with a named comparison."""

    def __attrs_post_init__(self) -> None:
        if not isinstance(self.wanted, Mapping):
            return
        keys = frozenset(self.wanted)
        if unknown := keys - COMPARISONS:
            word = sorted(unknown)[0]
            raise ComparisonError(f"unknown comparison {word!r}; {one_of(word, sorted(COMPARISONS))}")
        form = keys - _BOUNDS
        if form and form != {"ratio_to"} and (len(form) > 1 or keys & _BOUNDS):
            raise ComparisonError(f"{', '.join(sorted(keys))} do not go together")
        if form == {"ratio_to"} and not keys & _BOUNDS:
            raise ComparisonError("ratio_to needs at_least or at_most")
        if not keys:
            raise ComparisonError(f"an empty table compares nothing; known: {', '.join(sorted(COMPARISONS))}")
        if "seen" in keys and self.wanted["seen"] not in _FREQUENCIES:
            raise ComparisonError(f"seen must be one of {', '.join(_FREQUENCIES)}, not {self.wanted['seen']!r}")
        if "none" in keys and self.wanted["none"] is not True:
            raise ComparisonError("none can only be true")
        if "one_of" in keys and not (isinstance(self.wanted["one_of"], list) and self.wanted["one_of"]):
            raise ComparisonError("one_of needs a list with at least one value")
        for bound in keys & _BOUNDS:
            if isinstance(self.wanted[bound], bool) or not isinstance(self.wanted[bound], int | float):
                raise ComparisonError(f"{bound} needs a number, not {self.wanted[bound]!r}")
        if keys >= _BOUNDS and self.wanted["at_least"] > self.wanted["at_most"]:
            raise ComparisonError("at_least is more than at_most, so no number satisfies both")

    @property
    def refers_to(self) -> str | None:
        """The other fact that this comparison needs, as ``fact`` or ``arm.fact``."""
        if isinstance(self.wanted, Mapping):
            for key in ("same_as", "differs_from", "ratio_to"):
                if key in self.wanted:
                    return str(self.wanted[key])
        return None

    def holds(self, fact: Fact, other: Fact = None) -> bool:
        """Return whether the fact is as wanted; ``other`` is the fact that :attr:`refers_to` names."""
        wanted = self.wanted
        if fact is NOT_REPORTED or other is NOT_REPORTED:
            return False
        if not isinstance(wanted, Mapping):
            return same(fact, wanted)
        if "none" in wanted:
            return fact is None
        if "one_of" in wanted:
            return any(same(fact, value) for value in wanted["one_of"])
        if "same_as" in wanted:
            return same(fact, other)
        if "differs_from" in wanted:
            return not same(fact, other)
        if "seen" in wanted:
            return frequency(fact) == str(wanted["seen"])
        if "ratio_to" in wanted:
            if not (_is_number(fact) and _is_number(other)) or other == 0:
                return False
            fact = fact / other
        between = _between(fact)
        if between is None:
            return False
        low, high = between
        return bool(wanted.get("at_least", low) <= low and high <= wanted.get("at_most", high))

    def undecided(self, fact: Fact) -> bool:
        """Return True if a measured fact is as wanted in a part of its interval only."""
        between = _between(fact)
        if between is None or not isinstance(self.wanted, Mapping) or not set(self.wanted) <= _BOUNDS:
            return False
        low, high = between
        may_hold = self.wanted.get("at_least", low) <= high and low <= self.wanted.get("at_most", high)
        return bool(may_hold) and not self.holds(fact)

    def __str__(self) -> str:
        wanted = self.wanted
        if not isinstance(wanted, Mapping):
            return show(wanted)
        if "none" in wanted:
            return "none"
        if "one_of" in wanted:
            return "one of " + ", ".join(show(value) for value in wanted["one_of"])
        if "same_as" in wanted:
            return f"the same as {wanted['same_as']}"
        if "differs_from" in wanted:
            return f"other than {wanted['differs_from']}"
        if "seen" in wanted:
            return f"{wanted['seen']} seen"
        bounds = " and ".join(
            f"{words} {wanted[key]}"
            for key, words in (("at_least", "at least"), ("at_most", "at most"))
            if key in wanted
        )
        return f"{bounds} times {wanted['ratio_to']}" if "ratio_to" in wanted else bounds


def same(one: Fact, other: Fact) -> bool:
    """Compare JSON values. Unlike with ``==``, ``True`` differs from ``1``, in nested lists too."""
    if isinstance(one, bool) != isinstance(other, bool):
        return False
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return bool(one == other)


def frequency(fact: Fact) -> str | None:
    """Return ``never``, ``sometimes`` or ``always`` for a counted fact, and None for anything else."""
    if not (isinstance(fact, Mapping) and _is_number(fact.get("seen")) and _is_number(fact.get("of"))):
        return None
    if fact["of"] <= 0:
        return None
    if fact["seen"] == 0:
        return "never"
    return "always" if fact["seen"] == fact["of"] else "sometimes"


def show(fact: Fact) -> str:
    """Return a fact in the form that a person reads."""
    if fact is None:
        return "none"
    if fact is NOT_REPORTED:
        return "nothing"
    if isinstance(fact, bool):
        return "true" if fact else "false"
    if isinstance(fact, Mapping) and set(fact) == {"seen", "of"}:
        return _show_count(fact)
    if isinstance(fact, Mapping) and set(fact) == _MEASURED:
        return f"{fact['value']:.3g} ({fact['low']:.3g} to {fact['high']:.3g})"
    if isinstance(fact, list):
        return "[" + ", ".join(show(value) for value in fact) + "]"
    if isinstance(fact, float):
        return f"{fact:.4g}"
    return str(fact)


def _show_count(fact: Mapping[str, Any]) -> str:
    """Return a counted fact with its frequency and interval, because one or two trials prove little."""
    seen, of = fact["seen"], fact["of"]
    word = frequency(fact)
    if word is None or not (isinstance(seen, int) and isinstance(of, int) and 0 <= seen <= of):
        return f"{seen} of {of}"
    low, high = interval(seen, of)
    if word == "never":
        bounds = f"at most {_percent(high)}"
    elif word == "always":
        bounds = f"at least {_percent(low)}"
    else:
        bounds = f"{_percent(low)} to {_percent(high)}"
    return f"{seen} of {of}, {word} ({bounds} at 95 %)"


def _percent(chance: float) -> str:
    """Return a percentage with two significant digits, counted from 100 % if that is nearer than 0 %."""
    percent = 100 * chance
    return f"{round(percent, max(0, 1 - floor(log10(min(percent, 100 - percent))))):.10g} %"


def _between(fact: Fact) -> tuple[float, float] | None:
    """Return the interval of a number or a measured value, and None for anything else."""
    if isinstance(fact, Mapping) and set(fact) == _MEASURED:
        ends = fact["low"], fact["high"]
        return ends if all(map(_is_number, ends)) else None
    return (fact, fact) if _is_number(fact) else None


def _is_number(fact: Fact) -> bool:
    return isinstance(fact, int | float) and not isinstance(fact, bool)
