"""What one writes by hand to know what a process costs: ``python -I -S by_hand.py fork|process|spawn N``.

It shares no code with the lean parents, whose figures are held against it. Prints N durations in nanoseconds.
"""

import gc
import os
import sys
from time import perf_counter_ns

kind, rounds = sys.argv[1], int(sys.argv[2])


def f():
    pass


if kind != "fork":
    from multiprocessing import get_context

    Process = get_context({"process": "fork", "spawn": "spawn"}[kind]).Process


def main():
    gc.disable()
    durations = []
    for _ in range(rounds + 1):
        began = perf_counter_ns()
        if kind == "fork":
            pid = os.fork()
            if not pid:
                os._exit(0)
            os.waitpid(pid, 0)
        else:
            p = Process(target=f)
            p.start()
            p.join()
        durations.append(perf_counter_ns() - began)
    print(durations[1:])  # the first one warms up


# In a function, as programs are. A loop at the top level of a module looks its variables up by name, by code that lies
# in other pages of the interpreter; each forked child has to map those anew, and os.fork reads 5 % dearer.
if __name__ == "__main__":
    main()
