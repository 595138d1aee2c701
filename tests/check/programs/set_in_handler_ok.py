"""The same as set_in_handler.py; the handler sets a plain variable."""

import multiprocessing
import signal

stop = multiprocessing.Event()
expired = False


def expire(number, frame):
    global expired
    expired = True


if __name__ == "__main__":
    signal.signal(signal.SIGALRM, expire)
    signal.alarm(1)
    while not expired:
        stop.wait(0.05)
    stop.set()
    print("stopped", flush=True)
