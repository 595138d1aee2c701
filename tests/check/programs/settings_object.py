"""Attributes of a settings object are set from the arguments of the program. Sound: settings_object_ok."""

import multiprocessing


class Settings:
    def __init__(self):
        self.scale = 1
        self.name = "default"


SETTINGS = Settings()


def work(number):
    return f"{SETTINGS.name} {'*' * number * SETTINGS.scale}"


def main(scale):
    SETTINGS.scale = scale  # cause: state-not-inherited under spawn, forkserver
    with multiprocessing.Pool(1) as pool:
        print(*pool.map(work, [1, 2]))


if __name__ == "__main__":
    main(3)
