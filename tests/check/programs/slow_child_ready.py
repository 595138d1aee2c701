"""The parent waits for a child's ready event, and gives up. Sound: slow_main_file_ok."""

import sys
import time
from multiprocessing import Event, Process

time.sleep(1)


def serve(ready):
    ready.set()
    time.sleep(30)


def main():
    ready = Event()
    server = Process(target=serve, args=(ready,), daemon=True)
    server.start()
    if not ready.wait(0.8):  # cause: slow-child-start under spawn, forkserver[<3.14]
        return "the server does not answer"
    return 0


if __name__ == "__main__":
    sys.exit(main())
