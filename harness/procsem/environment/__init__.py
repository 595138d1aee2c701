"""Where we are: the facts of a system and a Python, measured in that Python.

:data:`FACTS` says what is measured and what each fact means; ``measure.py`` measures, run by path under the
interpreter in question with the :func:`command` for it; :func:`read` takes in what it reported.
:func:`identify` finds out first whether something is an interpreter that can be measured at all, and
:class:`Pid1Check` what cannot be measured where probes run.
"""

from procsem.environment.facts import CONDITIONS, FACTS
from procsem.environment.interpreter import OLDEST, Identity, InterpreterError, identify
from procsem.environment.pid1 import Pid1Check
from procsem.environment.report import command, read

__all__ = ["CONDITIONS", "FACTS", "OLDEST", "Identity", "InterpreterError", "Pid1Check", "command", "identify", "read"]
