"""A SIGALRM handler sets the Event for which the main code is waiting."""

import multiprocessing
import signal

stop = multiprocessing.Event()


def expire(number, frame):
    stop.set()  # cause: event-set-in-handler


if __name__ == "__main__":
    signal.signal(signal.SIGALRM, expire)
    signal.alarm(1)
    stop.wait()
    print("stopped", flush=True)
