"""A Value is an attribute of a base class, so each child makes its own. Sound: queue_at_top_level_ok."""

import multiprocessing


class Counting:
    done = multiprocessing.Value("i", 0)  # cause: primitive-made-again under spawn, forkserver

    def advance(self):
        with self.done.get_lock():
            self.done.value += 1


class Worker(Counting, multiprocessing.Process):
    def run(self):
        self.advance()


if __name__ == "__main__":
    worker = Worker()
    worker.start()
    worker.join()
    print("done:", Worker.done.value)
