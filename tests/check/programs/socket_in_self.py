"""A subclass of Process keeps an open file in itself. Sound: lock_in_argument_ok."""

import multiprocessing
import os


class Writer(multiprocessing.Process):
    def __init__(self, path):
        super().__init__()
        self.log = open(path, "w")

    def run(self):
        self.log.write("line\n")
        self.log.flush()


if __name__ == "__main__":
    writer = Writer(os.devnull)
    writer.start()  # cause: unpicklable-argument under spawn, forkserver
    writer.join()
    print("end", flush=True)
