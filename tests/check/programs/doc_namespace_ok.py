"""Proxies may hold proxies, and a namespace takes attributes."""

import multiprocessing


def fill(inner, names):
    inner.append("hello")
    names.x, names.y = 10, "text"


if __name__ == "__main__":
    with multiprocessing.Manager() as manager:
        outer, names = manager.list([manager.list() for _ in range(2)]), manager.Namespace()
        child = multiprocessing.Process(target=fill, args=(outer[0], names))
        child.start()
        child.join()
        print([list(inner) for inner in outer], names.x, names.y)
