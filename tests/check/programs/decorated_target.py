"""A decorator without functools.wraps hides a Process's target. Sound: decorated_task_ok."""

import functools
import multiprocessing


def logged(function):
    @functools.wraps(function)
    def wrapper(*args):
        print("calling", flush=True)
        return function(*args)

    return wrapper


@logged
def greet(name):
    print("hello", name, flush=True)


def launch(function, *args):
    process = multiprocessing.Process(target=function, args=args)
    process.start()  # cause: name-hidden-by-decorator under spawn, forkserver
    process.join()


if __name__ == "__main__":
    launch(greet.__wrapped__, "you")
