"""A process is killed while it waits for a Condition; notify_all() then waits for it for ever."""

import multiprocessing
import os
import signal
import time


def consumer(condition, ready):
    with condition:
        ready.set()
        condition.wait()


def main():
    condition, ready = multiprocessing.Condition(), multiprocessing.Event()
    process = multiprocessing.Process(target=consumer, args=(condition, ready))
    process.start()
    ready.wait()
    with condition:
        pass
    time.sleep(0.3)
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    with condition:
        condition.notify_all()  # cause: event-waiter-killed


if __name__ == "__main__":
    main()
    print("notified", flush=True)
