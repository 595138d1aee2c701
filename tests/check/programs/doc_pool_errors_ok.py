"""Errors of tasks come back to the call that asks for the result, where they are expected."""

import multiprocessing


def divide(number):
    return 1.0 / (number - 2)


def main():
    with multiprocessing.Pool(2) as pool:
        for call in (lambda: pool.apply(divide, (2,)), lambda: pool.map(divide, range(4))):
            try:
                call()
            except ZeroDivisionError as error:
                print("expected:", error)
        results = pool.imap(divide, range(4))
        found = []
        for _ in range(4):
            try:
                found.append(next(results))
            except ZeroDivisionError:
                found.append(None)
        print(found)
        pool.close()
        pool.join()


if __name__ == "__main__":
    main()
