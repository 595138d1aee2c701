"""The facts of one system with one Python, and the names that all views give to it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Literal

from attrs import frozen

from procsem.model.comparison import Facts
from procsem.model.start_methods import START_METHODS, StartMethod


@frozen
class Trait:
    """A fact that sets two environments apart although they have the same system and the same Python version."""

    fact: str
    value: bool
    """The value of the fact in an environment that has this trait."""
    of: Literal["python", "system"]
    """The half of the label that names it."""
    long: str
    """Its words in a label."""
    short: str
    """Its words in a short label and in the page's filters."""


TRAITS = (
    Trait("gil", False, "python", "free-threaded", "free-threaded"),
    Trait("assertions", False, "python", "without assertions", "no asserts"),
    Trait("musl", True, "system", "(musl)", "musl"),
    Trait("wine", True, "system", "(Wine)", "Wine"),
)
"""Every trait, in the order in which names list them."""

_IMPLEMENTATIONS = {"cpython": "CPython", "pypy": "PyPy", "graalpy": "GraalPy"}


@frozen
class Environment:
    """One system with one Python: a column of the matrix.

    Every name below is made of the same words: the implementation, a version, a system, and the traits that apply. A
    result file may be older than a trait's fact; the trait does not apply then.
    """

    facts: Facts

    @property
    def traits(self) -> tuple[Trait, ...]:
        """The traits of this environment."""
        return tuple(trait for trait in TRAITS if self.facts.get(trait.fact) is trait.value)

    @property
    def label(self) -> str:
        """The whole name: ``CPython 3.14.0 free-threaded on linux x86_64 (musl)``."""
        return f"{self.python} on {self.place}"

    @property
    def python(self) -> str:
        """The first half of the label: ``CPython 3.14.0 free-threaded``."""
        return _words(self._implementation, self.facts["python_release"], *self._long("python"))

    @property
    def place(self) -> str:
        """The second half of the label: ``linux x86_64 (musl)``."""
        return _words(self.facts["system"], self.facts["machine"], *self._long("system"))

    @property
    def series(self) -> str:
        """The Python without its patch release, as the page's filter offers it: ``CPython 3.14 free-threaded``."""
        return _words(self._implementation, self._minor("python_release"), *self._short("python"))

    @property
    def system(self) -> str:
        """The system as the page's filter offers it: ``linux``, ``linux (musl)``, ``windows (Wine)``."""
        return _words(self.facts["system"], *self._long("system"))

    @property
    def version(self) -> tuple[int, ...]:
        """The version of the Python as numbers, for comparisons: ``(3, 14, 0)``."""
        return tuple(int(part) for part in str(self.facts["python"]).split(".") if part.isdigit())

    @property
    def lineage(self) -> str:
        """The label without a version, the same for each Python of one history: ``CPython on linux x86_64 (musl)``."""
        return _words(self._implementation, *self._long("python"), "on", self.place)

    @property
    def kind(self) -> tuple[str, str]:
        """A key that two runs share if their cells can be compared: the same lineage and the same minor version."""
        return self.lineage, self._minor("python")

    @property
    def short_label(self) -> str:
        """The shortest name, without the system: ``3.14.0``, ``PyPy 3.11.13``, ``3.14.0 no asserts musl``."""
        return self.short_label_with()

    def short_label_with(self, *facts: str) -> str:
        """Return the short label with the values of these facts of the system: ``3.14.0 windows Wine``."""
        implementation = () if self.facts["implementation"] == "cpython" else (self._implementation,)
        more = (self.facts[fact] for fact in facts)
        return _words(
            *implementation, self.facts["python_release"], *self._short("python"), *more, *self._short("system")
        )

    @property
    def start_methods(self) -> tuple[StartMethod, ...]:
        """The start methods that this Python has, in the order of :data:`START_METHODS`."""
        return tuple(method for method in START_METHODS if method in self.facts["start_methods"])

    @property
    def _implementation(self) -> str:
        name = str(self.facts["implementation"])
        return _IMPLEMENTATIONS.get(name, name)

    def _minor(self, version: str) -> str:
        return ".".join(str(self.facts[version]).split(".")[:2])

    def _long(self, of: str) -> list[str]:
        return [trait.long for trait in self.traits if trait.of == of]

    def _short(self, of: str) -> list[str]:
        return [trait.short for trait in self.traits if trait.of == of]


def short_labels(environments: Sequence[Environment]) -> list[str]:
    """Return one short label per environment, each different from the others.

    The labels name the system if there are several, and the machine if two labels would otherwise be equal.
    Environments that still have equal labels are numbered by their place in the list.
    """
    several_systems = len({environment.facts["system"] for environment in environments}) > 1
    facts = ["system"] if several_systems else []
    labels = [environment.short_label_with(*facts) for environment in environments]
    if len(set(labels)) < len(labels) and len({environment.facts["machine"] for environment in environments}) > 1:
        labels = [environment.short_label_with(*facts, "machine") for environment in environments]
    counts = Counter(labels)
    return [f"{label} #{number}" if counts[label] > 1 else label for number, label in enumerate(labels, 1)]


def _words(*words: object) -> str:
    return " ".join(map(str, words))
