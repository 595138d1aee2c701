"""An attribute of a module, and of a class, is set by a function of the program; workers import the module again."""

from concurrent.futures import ProcessPoolExecutor

import work


def configure(verbose):
    work.Options.verbose = verbose  # cause: state-not-inherited under spawn, forkserver


if __name__ == "__main__":
    configure(True)
    with ProcessPoolExecutor(1) as executor:
        print(executor.submit(work.report, 2).result(), flush=True)
