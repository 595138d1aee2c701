"""A class registers functions by a decorator that returns another object, and sends the functions to a pool."""

from multiprocessing import Pool

TASKS = {}


class Task:
    def __init__(self, function):
        self.function = function


def task(function):
    TASKS[function.__name__] = function
    return Task(function)


@task
def double(number):
    return 2 * number


if __name__ == "__main__":
    with Pool(1) as pool:
        print(pool.map(TASKS["double"], [1, 2]), flush=True)  # cause: name-hidden-by-decorator
