"""The parent sets an Event of the top level, and a subclass of Process waits for its own. Sound: queue_at_top_level_ok."""

import multiprocessing
import sys

go = multiprocessing.Event()  # cause: primitive-made-again under spawn, forkserver


class Runner(multiprocessing.Process):
    def run(self):
        sys.exit(0 if go.wait(3) else 4)


if __name__ == "__main__":
    runner = Runner()
    runner.start()
    go.set()
    runner.join()
    sys.exit(runner.exitcode)
