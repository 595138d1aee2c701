"""A lean parent: imports what one operation needs and nothing else, times itself, and answers over a pipe.

``python -I -S parent.py OPERATION [BURDEN=SIZE ...] [PROGRAM=PATH ...]``. A fork pays for every page of its parent,
so each operation has a parent of its own, and json, argparse and the like stay out of it. At first it says ``'ready'``,
or ``{'lacks': why}``; to ``go N`` it answers with N durations in nanoseconds, to ``context`` with what it is like. It
ends when its standard input does. Answers are Python literals.

Children that multiprocessing starts anew import this file: it is short on purpose.
"""

import sys


def nothing(*_):
    """What the children do."""


def importing(name):
    """What those children do whose work needs a module."""
    __import__(name)


def main():
    sys.path.insert(0, __file__.rpartition("/")[0] or __file__.rpartition("\\")[0])  # -I leaves our folder out
    import gc
    from time import perf_counter_ns

    import operations

    given = dict(word.split("=", 1) for word in sys.argv[2:])
    try:
        once, after = operations.prepare(sys.argv[1], given, nothing, importing)
    except operations.Lacking as lacking:
        print({"lacks": str(lacking)}, flush=True)
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
