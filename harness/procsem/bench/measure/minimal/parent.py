"""A minimal parent: imports only what one operation needs, times itself, and answers over a pipe.

``python -I -S parent.py OPERATION [LOAD=SIZE ...] [program=PATH ...]``. A fork pays for every page of its parent, so
each operation has a parent of its own, without json, argparse and the like. The parent first prints ``'ready'`` or
``{'unavailable': reason}``. To ``go N`` it answers with N durations in nanoseconds, to ``context`` with facts about
itself. It ends when its standard input ends. Answers are Python literals.

Spawned children import this file, so it is short on purpose.
"""

import sys


def nothing(*_: object) -> None:
    """Do nothing: the work of most children."""


def importing(name: str) -> None:
    """Import a module: the work of children that need one."""
    __import__(name)


def main() -> None:
    sys.path.insert(0, __file__.rpartition("/")[0] or __file__.rpartition("\\")[0])  # -I leaves out this folder
    import gc
    from time import perf_counter_ns

    import load
    import operations

    parameters = dict(word.split("=", 1) for word in sys.argv[2:])
    try:
        once, after = operations.prepare(sys.argv[1], parameters, nothing, importing)
    except load.UnavailableError as error:
        print({"unavailable": str(error)}, flush=True)
        return
    gc.disable()
    print("'ready'", flush=True)
    created = 0
    for line in sys.stdin:
        word, *count = line.split()
        if word == "context":
            print(operations.context(created), flush=True)
            continue
        durations = []
        for _ in range(int(count[0])):
            began = perf_counter_ns()
            once()
            durations.append(perf_counter_ns() - began)
            after()
        created += len(durations)
        print(durations, flush=True)


if __name__ == "__main__":
    main()
