"""The same as get_from_failed_child.py; the child sends its error."""

import multiprocessing


def divide(results, number):
    try:
        results.put(1 // number)
    except ArithmeticError as error:
        results.put(str(error))


if __name__ == "__main__":
    results = multiprocessing.Queue()
    child = multiprocessing.Process(target=divide, args=(results, 0))
    child.start()
    print(results.get(), flush=True)
    child.join()
