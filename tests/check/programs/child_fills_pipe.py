"""The parent joins a child that sends a long text, and receives after that. Sound: program_fills_pipe_ok."""

import multiprocessing as mp


def produce(connection, size):
    connection.send("x" * size)
    connection.close()


def collect(size):
    ours, theirs = mp.Pipe()
    child = mp.Process(target=produce, args=(theirs, size))
    child.start()
    child.join()  # cause: full-pipe-deadlock
    return ours.recv()


if __name__ == "__main__":
    print(len(collect(1_000_000)), flush=True)
