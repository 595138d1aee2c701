"""A helper makes a SimpleQueue, starts a child with it and returns only the child. Sound: lock_of_a_function_ok."""

import multiprocessing
import time


def first(value):
    time.sleep(0.3)
    return value


class Later:
    def __init__(self, value):
        self.value = value

    def __reduce__(self):
        return first, (self.value,)


def produce(number, results):
    results.put(number)
    print("sent", flush=True)


def helper(context):
    results = context.SimpleQueue()
    child = context.Process(target=produce, kwargs={"number": Later(3), "results": results})
    child.start()  # cause: primitive-dropped-early under spawn, forkserver if cpython
    return child


if __name__ == "__main__":
    helper(multiprocessing.get_context()).join()
