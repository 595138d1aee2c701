"""A child sends through its end of a pipe and closes it."""

from multiprocessing import Pipe, Process


def send(end):
    end.send([42, None, "hello"])
    end.close()


if __name__ == "__main__":
    ours, theirs = Pipe()
    child = Process(target=send, args=(theirs,))
    child.start()
    print(ours.recv())
    child.join()
