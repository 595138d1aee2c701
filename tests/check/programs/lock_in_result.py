"""An executor's task returns an object that has a lock. Sound: lambda_result_ok."""

import threading
from concurrent.futures import ProcessPoolExecutor


class Answer:
    def __init__(self, number):
        self.number = number
        self.lock = threading.Lock()


def calculate(number):
    return [Answer(number)]


def main():
    with ProcessPoolExecutor(1) as executor:
        futures = [executor.submit(calculate, number) for number in range(1)]  # cause: unpicklable-result
        for future in futures:
            print(future.result()[0].number, flush=True)


if __name__ == "__main__":
    main()
