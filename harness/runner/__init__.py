"""Fills cells: each probe runs in a tree of its own, side by side over the CPUs, those that must be alone at the end.

The runner brings the rooms together: it asks the catalogue's claims of the containment, reads what
the probes report, and has the judge decide. It knows nothing of reports.
"""

from harness.runner.cell import Cell, Target
from harness.runner.execution import Execution, executions
from harness.runner.measure import measure, optimized
from harness.runner.plan import NoSuchMethod, plan
from harness.runner.schedule import Scheduler, default_jobs, usable_cpus
from harness.runner.workplace import Workplace, WorkplaceError

__all__ = [
    "Cell",
    "Execution",
    "NoSuchMethod",
    "Scheduler",
    "Target",
    "Workplace",
    "WorkplaceError",
    "default_jobs",
    "executions",
    "measure",
    "optimized",
    "plan",
    "usable_cpus",
]
