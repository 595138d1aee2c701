"""Under spawn and forkserver, start() on the marked line cannot send the lambda."""

from multiprocessing import Process


def square(number):
    print(number * number, flush=True)


if __name__ == "__main__":
    child = Process(target=lambda: square(3))
    child.start()  # cause: unpicklable-target under spawn, forkserver
    child.join()
