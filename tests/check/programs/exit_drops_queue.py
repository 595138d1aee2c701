"""The main code is over before a child has opened its queue; the exit removes the queue, though it joins the child after that.

Sound: exit_waits_ok.
"""

import multiprocessing


def consume(tasks):
    for task in iter(tasks.get, None):
        print(task, flush=True)


if __name__ == "__main__":
    tasks = multiprocessing.Queue()
    child = multiprocessing.Process(target=consume, args=(tasks,))
    child.start()  # cause: primitive-dropped-early under spawn, forkserver if cpython
    tasks.put("one")
    tasks.put(None)
