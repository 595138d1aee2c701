"""Fills cells: each probe runs in a tree of its own, side by side over the CPUs, those that must be alone at the end.

The runner brings the rooms together: it asks the catalogue's claims of the containment, reads what
the probes report, and has the judge decide. It knows nothing of reports.
"""

from procsem.runner.cell import Cell, Target
from procsem.runner.execution import Execution, executions
from procsem.runner.measure import measure, optimized
from procsem.runner.plan import UnknownStartMethodError, plan
from procsem.runner.schedule import Scheduler, default_jobs, usable_cpus
from procsem.runner.scratch import ScratchSpace, ScratchSpaceError

__all__ = [
    "Cell",
    "Execution",
    "Scheduler",
    "ScratchSpace",
    "ScratchSpaceError",
    "Target",
    "UnknownStartMethodError",
    "default_jobs",
    "executions",
    "measure",
    "optimized",
    "plan",
    "usable_cpus",
]
