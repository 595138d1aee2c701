"""Where we are: the facts of a system and a Python, measured in that Python.

:data:`FACTS` says what is measured and what each fact means; ``measure.py`` measures, run by path under the
interpreter in question with the :func:`command` for it; :func:`read` takes in what it reported.
:func:`identify` finds out first whether something is an interpreter that can be measured at all.
"""

from harness.environment.facts import FACTS
from harness.environment.interpreter import OLDEST, BadInterpreter, Identity, identify
from harness.environment.report import command, read

__all__ = ["FACTS", "OLDEST", "BadInterpreter", "Identity", "command", "identify", "read"]
