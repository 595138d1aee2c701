"""The base class of a task's argument drops a client that is made on connect(). Sound: getstate_ok."""

from concurrent.futures import ProcessPoolExecutor


class Connected:
    def connect(self):
        self.client = object()
        return self

    def __getstate__(self):
        state = dict(vars(self))
        state.pop("client", None)  # cause: attribute-lost-by-pickle
        return state


class Store(Connected):
    def __init__(self, name):
        self.name = name


def has_client(store):
    return store.client is not None


if __name__ == "__main__":
    store = Store("a").connect()
    with ProcessPoolExecutor(1) as executor:
        print(executor.submit(has_client, store).result())
