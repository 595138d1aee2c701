"""A child changes a dictionary and a list that a manager holds."""

from multiprocessing import Manager, Process


def change(mapping, items):
    mapping["one"] = 1
    mapping[2] = "two"
    items.reverse()


if __name__ == "__main__":
    with Manager() as manager:
        mapping, items = manager.dict(), manager.list(range(5))
        child = Process(target=change, args=(mapping, items))
        child.start()
        child.join()
        print(dict(mapping), list(items))
