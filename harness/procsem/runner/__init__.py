"""Run cells: each probe runs in its own process tree, several at the same time; exclusive probes run at the end.

The runner connects the other packages: it runs the probes of claims in the containment, reads what they report, and
lets the judge decide. It does not print or write anything.
"""

from procsem.runner.cell import Cell
from procsem.runner.execution import Execution, executions
from procsem.runner.plan import START_METHOD_CHOICES, UnknownStartMethodError, plan
from procsem.runner.schedule import Scheduler, default_jobs, usable_cpus
from procsem.runner.scratch import ScratchSpace, ScratchSpaceError
from procsem.runner.session import measure_targets, run_environment
from procsem.runner.target import Target, measure_target

__all__ = [
    "START_METHOD_CHOICES",
    "Cell",
    "Execution",
    "Scheduler",
    "ScratchSpace",
    "ScratchSpaceError",
    "Target",
    "UnknownStartMethodError",
    "default_jobs",
    "executions",
    "measure_target",
    "measure_targets",
    "plan",
    "run_environment",
    "usable_cpus",
]
