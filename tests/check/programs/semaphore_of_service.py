"""A service keeps an Event and ends hard when it is asked to stop. Sound: semaphore_of_os_exit_ok."""

import multiprocessing
import os


class Service:
    def __init__(self):
        self.stopped = multiprocessing.Event()  # cause: leaked-semaphore under spawn, forkserver

    def stop(self):
        self.stopped.set()
        print("stopped", flush=True)
        os._exit(3)


if __name__ == "__main__":
    Service().stop()
