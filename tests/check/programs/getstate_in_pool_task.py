"""A method of an object is a pool's task; its class names what is pickled, and forgets one. Sound: getstate_ok."""

import multiprocessing


class Scaler:
    def __init__(self, factor, offset):
        self.factor = factor
        self.offset = offset

    def __getstate__(self):  # cause: attribute-lost-by-pickle
        return {"factor": self.factor}

    def scale(self, number):
        return number * self.factor + self.offset


if __name__ == "__main__":
    with multiprocessing.Pool(1) as pool:
        print(pool.map(Scaler(3, 1).scale, [1, 2]))
