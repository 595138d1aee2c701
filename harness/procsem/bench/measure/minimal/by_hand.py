"""A handwritten loop that measures a process: ``python -I -S by_hand.py fork|process|spawn``.

It shares no code with the minimal parents, whose measurements are compared with its own. To ``go N`` it answers with N
durations in nanoseconds. Waiting for the request is part of the experiment: a process that has just started has used
up its share of a busy CPU, and a process that has waited has not.
"""

import gc
import os
import sys
from time import perf_counter_ns

kind = sys.argv[1]


def f() -> None:
    pass


if kind != "fork":
    from multiprocessing import get_context

    Process = get_context({"process": "fork", "spawn": "spawn"}[kind]).Process  # type: ignore[attr-defined]


def main() -> None:
    gc.disable()
    print("'ready'", flush=True)
    for line in sys.stdin:
        if line == "context\n":
            print({}, flush=True)
            continue
        durations = []
        for _ in range(int(line.split()[1])):
            began = perf_counter_ns()
            if sys.platform != "win32" and kind == "fork":
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


# In a function, as in most programs. A loop at the top level of a module looks up its variables by name, with code in
# other pages of the interpreter; each forked child has to map those pages again, and os.fork gets 5 % slower.
if __name__ == "__main__":
    main()
