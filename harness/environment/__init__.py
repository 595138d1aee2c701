"""Where we are: the facts of a system and a Python, measured in that Python.

:data:`FACTS` says what is measured and what each fact means; ``measure.py`` measures, run by path under the
interpreter in question with the :func:`command` for it; :func:`read` takes in what it reported.
:func:`identify` finds out first whether something is an interpreter that can be measured at all, and
:class:`Process1` what cannot be measured where probes run.
"""

from harness.environment.facts import CONDITIONS, FACTS
from harness.environment.interpreter import OLDEST, BadInterpreter, Identity, identify
from harness.environment.process_1 import Process1
from harness.environment.report import command, read

__all__ = ["CONDITIONS", "FACTS", "OLDEST", "BadInterpreter", "Identity", "Process1", "command", "identify", "read"]
