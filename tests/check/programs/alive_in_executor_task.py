"""A watcher, forked by the program's own choice, asks is_alive() of its sibling. Sound: join_in_other_process_ok."""

import multiprocessing
import sys


class Watcher:
    def __init__(self, context):
        self.sibling = context.Process(target=print, args=("sibling",), kwargs={"flush": True})
        self.process = context.Process(target=self.watch)

    def watch(self):
        return self.sibling.is_alive()  # cause: not-a-child-of-this-process under fork

    def run(self):
        self.sibling.start()
        self.process.start()
        self.sibling.join()
        self.process.join()
        return self.process.exitcode


if __name__ == "__main__":
    if multiprocessing.get_start_method() == "fork":
        sys.exit(Watcher(multiprocessing.get_context()).run())
