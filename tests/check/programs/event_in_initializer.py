"""A pool of the default context gets an Event that is made for fork. Sound: lock_of_other_context_ok."""

import multiprocessing


def keep(event):
    global stop
    stop = event


def ask(_):
    return stop.is_set()


def main():
    stop = multiprocessing.get_context("fork").Event()
    with multiprocessing.Pool(1, keep, (stop,)) as pool:  # cause: mixed-start-contexts under spawn, forkserver
        print(pool.map(ask, [1]), flush=True)


if __name__ == "__main__":
    main()
