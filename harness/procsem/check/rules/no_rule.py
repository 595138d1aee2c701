"""Causes that `procsem explain` knows by their claims, and that no rule of the check finds yet.

When a rule finds one of them, its cause moves to the module of its family.
"""

from __future__ import annotations

from procsem.check.rules.registry import Cause

NO_RULE = (
    Cause(
        "mixed-start-contexts",
        explanation="A primitive that was made in the context of one start method is passed to a process of another "
        "one, which cannot open it.",
        fix="Make the primitive and the process in the same context: ctx = multiprocessing.get_context(...), then "
        "ctx.Lock(), ctx.Queue() and ctx.Process().",
        claims=("start-methods/fork-lock-refused-elsewhere",),
        look_for="get_context() or set_start_method() for the process, and a primitive that is made without it",
    ),
    Cause(
        "unpicklable-result",
        explanation="The result of a task is sent back with pickle, and pickle cannot send it. The task has run, but "
        "the caller gets an error in place of the result.",
        fix="Return plain data, from which the caller makes the object.",
        claims=("pickling/result-not-pickled",),
        look_for="what the task returns: a lambda, a generator, an open file, an object with a lock",
    ),
    Cause(
        "unpicklable-exception-hang",
        explanation="A task raises an exception that cannot be sent back with pickle, so the caller gets another error "
        "in its place; or an exception that cannot be made again from its pickle, because its __init__ takes other "
        "arguments than it passes to super().__init__(): a Pool then waits for ever, and an executor breaks.",
        fix="Pass all arguments of the exception to super().__init__(), or give it a __reduce__() method.",
        claims=(
            "start-methods/pool-hangs-on-exception-not-made-again",
            "start-methods/executor-breaks-on-exception-not-made-again",
            "start-methods/pool-tells-of-exception-not-pickled",
            "start-methods/executor-tells-of-exception-not-pickled",
        ),
        look_for="the class of the exception that the task raises",
    ),
    Cause(
        "pool-worker-lost-hang",
        explanation="A worker has died while it ran a task. A multiprocessing.Pool replaces the worker, but the "
        "result of its task never comes; a ProcessPoolExecutor fails with BrokenProcessPool.",
        fix="Use concurrent.futures.ProcessPoolExecutor, which reports it, and find out what ends the worker (memory, "
        "a signal, a crash in an extension module).",
        claims=(
            "start-methods/pool-loses-task-of-killed-worker",
            "start-methods/executor-breaks-with-killed-worker",
        ),
        look_for="the exit codes of the workers: -9 is SIGKILL, often for lack of memory",
    ),
    Cause(
        "pool-initializer-fails",
        explanation="The initializer of the pool raises an error in each worker. A multiprocessing.Pool starts new "
        "workers for ever, and a ProcessPoolExecutor breaks.",
        fix="Repair the initializer; its own error is printed by the worker on standard error.",
        claims=("pools/pool-restarts-failing-initializer", "pools/executor-breaks-on-failing-initializer"),
        look_for="a traceback of the initializer above, printed by a worker",
    ),
    Cause(
        "task-error-never-seen",
        explanation="A task of a pool has raised an error, and the program never asks for its result, so nothing is "
        "printed.",
        fix="Ask for the result of every task: get(), result(), or a loop over the results of map().",
        claims=("pools/error-nobody-asks-for",),
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
        "daemon-has-children",
        explanation="A daemonic process of multiprocessing may not start children of its own. The workers of a "
        "multiprocessing.Pool are daemonic.",
        fix="Start the process with daemon=False, or use ProcessPoolExecutor, whose workers are not daemonic.",
        claims=("daemon/no-children",),
        look_for="daemon=True, or a task of a multiprocessing.Pool that starts processes",
    ),
    Cause(
        "fork-with-threads-deadlock",
        explanation="A process with several threads is forked. The child has only the thread that forked, and the "
        "locks that the others held stay locked in it for ever.",
        fix="Start the children before the threads, or use spawn or forkserver.",
        claims=("start-methods/fork-beside-thread-warns", "start-methods/lock-freed-by-its-thread"),
        look_for="threads that run while a process is started, also those of libraries",
    ),
    Cause(
        "waits-for-helper-process",
        explanation="os.wait() waits for any child, and multiprocessing has started processes of its own (the "
        "resource tracker, the fork server), which end only with the program.",
        fix="Wait only for the pids that this code has started itself.",
        claims=("life-and-death/os-wait-loop-meets-helpers", "life-and-death/shared-memory-starts-a-helper"),
        look_for="a loop over os.wait() that ends only at ChildProcessError",
    ),
    Cause(
        "not-a-child-of-this-process",
        explanation="Under forkserver a multiprocessing child is a child of the fork server, and only its parent can "
        "wait for a process.",
        fix="Use Process.join() and Process.exitcode instead of os.wait() and os.waitpid().",
        claims=("life-and-death/os-wait-sees-childs-end", "life-and-death/os-waitpid-knows-childs-pid"),
        look_for="os.wait() or os.waitpid() for a child that multiprocessing has started",
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
