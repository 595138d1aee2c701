"""A child waits for an Event that its own handler sets; the parent sends the signal and joins. Sound: set_in_handler_ok."""

import os
import signal
import time
from multiprocessing import Event, Process


def worker(quit_event, ready):
    signal.signal(signal.SIGUSR1, lambda number, frame: quit_event.set())  # cause: event-set-in-handler
    ready.set()
    quit_event.wait()


if __name__ == "__main__":
    quit_event, ready = Event(), Event()
    process = Process(target=worker, args=(quit_event, ready))
    process.start()
    ready.wait()
    time.sleep(0.5)
    os.kill(process.pid, signal.SIGUSR1)
    process.join()
    print("ended", flush=True)
