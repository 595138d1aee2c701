"""Everything that uses the manager's objects ends inside its with block."""

import multiprocessing


def vote(go, votes):
    go.wait()
    votes["ann"] = 1


if __name__ == "__main__":
    go = multiprocessing.Event()
    with multiprocessing.Manager() as manager:
        votes = manager.dict()
        child = multiprocessing.Process(target=vote, args=(go, votes))
        child.start()
        go.set()
        child.join()
        kept = dict(votes)
    print(kept)
