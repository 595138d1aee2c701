"""The facts of where a run took place, measured in the interpreter that ran the probes."""

from __future__ import annotations

from attrs import frozen

from procsem.model.comparison import Facts


@frozen
class Environment:
    """One system with one Python: a column of the matrix."""

    facts: Facts

    @property
    def label(self) -> str:
        """What a person calls it: ``CPython 3.14.0 on linux x86_64``, with what sets it apart."""
        facts = self.facts
        words = [
            {"cpython": "CPython", "pypy": "PyPy"}.get(facts["implementation"], str(facts["implementation"])),
            str(facts["python_release"]),
        ]
        if facts.get("gil") is False:
            words.append("free-threaded")
        if facts.get("assertions") is False:
            words.append("without assertions")
        words += ["on", str(facts["system"]), str(facts["machine"])]
        words += [f"({name})" for fact, name in (("musl", "musl"), ("wine", "Wine")) if facts.get(fact)]
        return " ".join(words)

    @property
    def start_methods(self) -> tuple[str, ...]:
        """The start methods that this Python has, in the order fork, spawn, forkserver."""
        return tuple(m for m in ("fork", "spawn", "forkserver") if m in self.facts["start_methods"])
