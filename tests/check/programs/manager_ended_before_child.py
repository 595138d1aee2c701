"""The with block of the manager ends while a child has yet to use its dictionary. Sound: manager_block_ok."""

import multiprocessing


def vote(go, votes):
    go.wait()
    votes["ann"] = 1


if __name__ == "__main__":
    go = multiprocessing.Event()
    with multiprocessing.Manager() as manager:  # cause: manager-ended-early
        votes = manager.dict()
        child = multiprocessing.Process(target=vote, args=(go, votes))
        child.start()
        print(len(votes), flush=True)
    go.set()
    child.join()
