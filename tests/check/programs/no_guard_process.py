"""A script without a main guard starts a Process. Sound: guard_by_name_ok."""

from multiprocessing import Process


def greet():
    print("hello", flush=True)


child = Process(target=greet)
child.start()  # cause: missing-main-guard under spawn, forkserver
child.join()
