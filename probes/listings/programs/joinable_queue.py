"""Three cooks wait until all their dishes are eaten. The two guests are daemons, which the program does not join."""

import os
import sys
from multiprocessing import JoinableQueue, Process

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
from _kit import say, step, use_start_method


def eat(queue, name, slow):
    while True:
        dish = queue.get()
        step("guest")
        say(f"{name} eats {dish}")
        if slow:
            step("done")
        queue.task_done()


def cook(queue, name, kind):
    for number in range(3):
        dish = f"{kind} {number}"
        queue.put(dish)
        step("cook")
        say(f"{name} made {dish}")
    queue.join()


if __name__ == "__main__":
    use_start_method()
    queue = JoinableQueue()
    cooks = [Process(target=cook, args=(queue, *args)) for args in (("Cy", "rice"), ("Di", "soup"), ("Ed", "pie"))]
    slow = "slow" in sys.argv
    guests = [Process(target=eat, args=(queue, name, slow), daemon=True) for name in ("Flo", "Gus")]
    for process in cooks + guests:
        process.start()
    for process in cooks:
        process.join()
    say("the main line")
