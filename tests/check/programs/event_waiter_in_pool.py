"""A pool is terminated while its worker waits for an Event of the initializer. Sound: condition_waiter_killed_ok."""

import multiprocessing
import time

go = None


def keep(event):
    global go
    go = event


def wait_for_go(number):
    go.wait()
    return number


class Controller:
    def __init__(self):
        self.event = multiprocessing.Event()

    def run(self):
        with multiprocessing.Pool(1, keep, (self.event,)) as pool:
            pool.apply_async(wait_for_go, (1,))
            time.sleep(1)
        self.event.set()  # cause: event-waiter-killed


if __name__ == "__main__":
    Controller().run()
    print("set", flush=True)
