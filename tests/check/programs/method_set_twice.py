"""Two functions of a program set the start method. Sound: method_set_first_ok."""

import multiprocessing


def configure():
    multiprocessing.set_start_method("spawn", force=True)


class Application:
    def __init__(self):
        configure()
        multiprocessing.set_start_method("fork")  # cause: start-method-already-set


if __name__ == "__main__":
    Application()
