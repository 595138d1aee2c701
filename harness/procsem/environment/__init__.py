"""The facts of a system and a Python, measured in that Python.

:data:`FACTS` lists the facts and what each means. ``measure.py`` measures them: it is run by path under the interpreter
to be measured, with the command line that :func:`command` returns, and :func:`read` reads its report. Before that,
:func:`identify` checks that a program is a usable interpreter. :class:`Pid1Check` measures what cannot be measured in a
sandbox. :data:`MEASUREMENTS` says how each fact that a claim names is measured, and why no such claim decides it.
"""

from procsem.environment.facts import CONDITIONS, FACTS
from procsem.environment.interpreter import OLDEST, Identity, InterpreterError, identify
from procsem.environment.measurements import MEASUREMENTS, Measurement, Mechanism
from procsem.environment.pid1 import Pid1Check
from procsem.environment.report import command, read

__all__ = [
    "CONDITIONS",
    "FACTS",
    "MEASUREMENTS",
    "OLDEST",
    "Identity",
    "InterpreterError",
    "Measurement",
    "Mechanism",
    "Pid1Check",
    "command",
    "identify",
    "read",
]
