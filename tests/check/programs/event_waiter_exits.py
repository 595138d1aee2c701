"""Two processes wait for one Event, and one of them is killed with its thread waiting. Sound: condition_waiter_killed_ok."""

import time
from multiprocessing import Barrier, Event, Process


def waiter(stop, barrier):
    barrier.wait()
    stop.wait()


def run():
    stop, barrier = Event(), Barrier(3)
    processes = [Process(target=waiter, args=(stop, barrier)) for _ in range(2)]
    for process in processes:
        process.start()
    barrier.wait()
    time.sleep(0.5)
    processes[0].kill()
    processes[0].join()
    stop.set()  # cause: event-waiter-killed
    processes[1].join()


if __name__ == "__main__":
    run()
    print("stopped", flush=True)
