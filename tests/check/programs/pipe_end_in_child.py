"""A child reads until the end of a pipe; a forked one has inherited the end that its parent writes to."""

from multiprocessing import Pipe, Process


def count(receiver):
    number = 0
    try:
        while receiver.recv():  # cause: pipe-end-kept-open under fork
            number += 1
    except EOFError:
        print("got", number, flush=True)


if __name__ == "__main__":
    receiver, sender = Pipe(duplex=False)
    child = Process(target=count, args=(receiver,))
    child.start()
    receiver.close()
    for word in ("one", "two"):
        sender.send(word)
    sender.close()
    child.join()
