"""The program's SIGTERM handler only sets a flag, so a forked child cannot be terminated. Sound: handler_in_pool_worker_ok."""

import signal
import sys
import time
from multiprocessing import Event, Process

stopping = False


def note(number, frame):
    global stopping
    stopping = True


def sleep(ready):
    ready.set()
    until = time.monotonic() + 20
    while time.monotonic() < until:
        time.sleep(0.1)


def main():
    signal.signal(signal.SIGTERM, note)  # cause: signal-handler-inherited under fork
    ready = Event()
    child = Process(target=sleep, args=(ready,), daemon=True)
    child.start()
    ready.wait()
    child.terminate()
    child.join(2)
    alive = child.is_alive()
    child.kill()
    child.join()
    return alive


if __name__ == "__main__":
    sys.exit("the child does not end" if main() else 0)
