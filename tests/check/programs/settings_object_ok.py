"""Attributes of a settings object are set in each worker, by the initializer."""

import multiprocessing


class Settings:
    def __init__(self):
        self.scale = 1


SETTINGS = Settings()


def configure(scale):
    SETTINGS.scale = scale


def work(number):
    return "*" * number * SETTINGS.scale


if __name__ == "__main__":
    configure(3)
    with multiprocessing.Pool(1, configure, (3,)) as pool:
        print(*pool.map(work, [1, 2]))
