"""A manager is killed inside its with block, which therefore ends after it. Sound: manager_killed_before_put_ok."""

import multiprocessing

if __name__ == "__main__":
    with multiprocessing.Manager() as manager:
        counts = manager.dict(done=0)
        server = multiprocessing.active_children()[0]
        server.kill()
        server.join()
        counts["done"] += 1  # cause: manager-died
        print(counts)
