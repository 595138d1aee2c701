"""An executor's task is a lambda. Sound: local_function_in_pool_ok."""

from concurrent.futures import ProcessPoolExecutor


class Runner:
    def __init__(self):
        self.task = lambda number: number + 1

    def run(self):
        with ProcessPoolExecutor(1) as executor:
            return executor.submit(self.task, 1).result()  # cause: unpicklable-target


if __name__ == "__main__":
    print(Runner().run(), flush=True)
