"""The same as slow_main_file.py with a timeout that is long enough."""

import multiprocessing
import time

time.sleep(0.2)  # stands for heavy imports


def answer(results):
    results.put("ready")


if __name__ == "__main__":
    results = multiprocessing.Queue()
    child = multiprocessing.Process(target=answer, args=(results,), daemon=True)
    child.start()
    print(results.get(timeout=20), flush=True)
