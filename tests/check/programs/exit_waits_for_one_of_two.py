"""Of two children one ends; the other waits for an event. Sound: exit_waits_ok."""

import multiprocessing


def wait_for(event, ready):
    ready.set()
    event.wait()


def nothing():
    pass


if __name__ == "__main__":
    event, ready = multiprocessing.Event(), multiprocessing.Event()
    quick = multiprocessing.Process(target=nothing)
    quick.start()
    slow = multiprocessing.Process(target=wait_for, args=(event, ready))
    slow.start()  # cause: exit-waits-for-child
    quick.join()
    ready.wait()
    print("main ends", flush=True)
