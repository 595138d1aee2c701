"""An argument is of a class that is defined under the main guard. Sound: function_under_guard_ok."""

import multiprocessing


def show(shape):
    print(shape.width, flush=True)


if __name__ == "__main__":

    class Shape:
        width = 3

    child = multiprocessing.Process(target=show, args=(Shape(),))
    child.start()  # cause: defined-under-main-guard under spawn, forkserver
    child.join()
