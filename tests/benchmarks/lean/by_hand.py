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

if __name__ == "__main__":
    gc.disable()
    durations = []
    for _ in range(rounds + 2):
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
    print(durations[2:])  # the first ones warm up
