"""Causes that `procsem explain` knows by their claims, and that no rule of the check finds yet.

When a rule finds one of them, its cause moves to the module of its family.
"""

from __future__ import annotations

from procsem.check.rules.registry import Cause

NO_RULE = (
    Cause(
        "pool-initializer-fails",
        explanation="The initializer of the pool raises an error in each worker. A multiprocessing.Pool starts new "
        "workers for ever, and a ProcessPoolExecutor breaks.",
        fix="Repair the initializer; its own error is printed by the worker on standard error.",
        claims=("pools/pool-restarts-failing-initializer", "pools/executor-breaks-on-failing-initializer"),
        look_for="a traceback of the initializer above, printed by a worker",
    ),
    Cause(
        "executor-stops-replacing",
        explanation="A ProcessPoolExecutor with max_tasks_per_child does not replace a worker that has ended, in "
        "some releases of Python, so the remaining tasks wait for ever.",
        fix="Use a release that replaces workers, or multiprocessing.Pool with maxtasksperchild.",
        claims=("pools/max-tasks-per-child",),
        look_for="max_tasks_per_child in the call that makes the executor",
    ),
    Cause(
        "start-method-already-set",
        explanation="The start method can be set once, and not any more after something has asked for it or has made "
        "a lock: an import can be enough.",
        fix="Call set_start_method() first under the main guard, or use multiprocessing.get_context(METHOD) and no "
        "global start method.",
        claims=("start-methods/start-method-is-set-once", "start-methods/start-method-settled-by-use"),
    ),
)
