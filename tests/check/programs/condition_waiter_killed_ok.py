"""The same as condition_waiter_killed.py; the process has been notified and has ended by itself."""

import multiprocessing
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
    with condition:
        condition.notify_all()
    process.join()
    with condition:
        condition.notify_all()


if __name__ == "__main__":
    main()
    print("notified", flush=True)
