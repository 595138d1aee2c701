"""What one writes by hand to know what a process costs: ``python -I -S by_hand.py fork|process|spawn``.

It shares no code with the lean parents, whose figures are held against it. Type ``go N`` for N durations in
nanoseconds. To be asked is part of the experiment: a process that has just started has used up its share of a busy
CPU, and one that has waited has not.
"""

import gc
import os
import sys
from time import perf_counter_ns

kind = sys.argv[1]


def f():
    pass


if kind != "fork":
    from multiprocessing import get_context

    Process = get_context({"process": "fork", "spawn": "spawn"}[kind]).Process


def main():
    gc.disable()
    print("'ready'", flush=True)
    for line in sys.stdin:
        if line == "context\n":
            print({}, flush=True)
            continue
        durations = []
        for _ in range(int(line.split()[1])):
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
        print(durations, flush=True)


# In a function, as programs are. A loop at the top level of a module looks its variables up by name, by code that lies
# in other pages of the interpreter; each forked child has to map those anew, and os.fork reads 5 % dearer.
if __name__ == "__main__":
    main()
