"""A daemon that forks twice after it has printed. Sound: fork_with_full_buffer_ok."""

import os
import time


class Daemon:
    def begin(self):
        if os.fork():  # cause: state-copied-by-fork
            os.wait()
            return
        self.work()
        raise SystemExit(0)

    def work(self):
        time.sleep(0.05)


if __name__ == "__main__":
    print("starting the daemon")
    Daemon().begin()
    print("started")
