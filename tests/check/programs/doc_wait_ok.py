"""The parent reads from several pipes as they become ready, until all are closed."""

from multiprocessing import Pipe, Process
from multiprocessing.connection import wait


def count(writer, name):
    for number in range(3):
        writer.send((number, name))
    writer.close()


if __name__ == "__main__":
    readers, children, found = [], [], []
    for name in ("a", "b"):
        reader, writer = Pipe(duplex=False)
        readers.append(reader)
        children.append(Process(target=count, args=(writer, name)))
        children[-1].start()
        writer.close()
    while readers:
        for reader in wait(readers):
            try:
                found.append(reader.recv())
            except EOFError:
                readers.remove(reader)
    for child in children:
        child.join()
    print(sorted(found))
