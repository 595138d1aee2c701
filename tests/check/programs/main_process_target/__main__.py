"""A folder as a program: a Process has a function of __main__.py as its target. Sound: main_in_package_ok."""

from multiprocessing import Process


def show(text):
    print(text, flush=True)


if __name__ == "__main__":
    workers = [Process(target=show, args=(letter,)) for letter in "a"]
    for worker in workers:
        worker.start()  # cause: main-not-importable under spawn, forkserver
    for worker in workers:
        worker.join()
