"""The join is in a function of its own, and the queue is a JoinableQueue. Sound: join_before_get_ok."""

import multiprocessing


def produce(results, size):
    for _ in range(size):
        results.put(b"y" * 70_000)


def finish(process):
    process.join()  # cause: queue-join-deadlock
    return process.exitcode


def main():
    context = multiprocessing.get_context()
    results = context.JoinableQueue()
    process = context.Process(target=produce, args=(results, 3))
    process.start()
    print(finish(process), flush=True)


if __name__ == "__main__":
    main()
