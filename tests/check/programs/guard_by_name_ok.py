"""A program that is started under the main guard only."""

import multiprocessing


def double(number):
    return 2 * number


def serve():
    with multiprocessing.Pool(1) as pool:
        print(pool.apply(double, (21,)), flush=True)


if __name__ == "__main__":
    serve()
