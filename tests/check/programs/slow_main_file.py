"""The main file takes a second to import, and the parent waits for a child's answer for less."""

import multiprocessing
import time

time.sleep(1)  # stands for heavy imports


def answer(results):
    results.put("ready")


if __name__ == "__main__":
    results = multiprocessing.Queue()
    child = multiprocessing.Process(target=answer, args=(results,), daemon=True)
    child.start()
    print(results.get(timeout=0.8), flush=True)  # cause: slow-child-start under spawn, forkserver[<3.14]
