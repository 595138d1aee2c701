"""The same as pipe_end_in_child.py; the child closes the end that it does not use."""

from multiprocessing import Pipe, Process


def count(receiver, sender):
    sender.close()
    number = 0
    try:
        while receiver.recv():
            number += 1
    except EOFError:
        print("got", number, flush=True)


if __name__ == "__main__":
    receiver, sender = Pipe(duplex=False)
    child = Process(target=count, args=(receiver, sender))
    child.start()
    receiver.close()
    for word in ("one", "two"):
        sender.send(word)
    sender.close()
    child.join()
