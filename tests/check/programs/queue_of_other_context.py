"""A class makes its queue by the fork context and its process by the spawn context. Sound: lock_of_other_context_ok."""

import multiprocessing

spawn = multiprocessing.get_context("spawn")
fork = multiprocessing.get_context("fork")


def double(tasks):
    print(2 * tasks.get(), flush=True)


class Service:
    def __init__(self):
        self.tasks = fork.Queue()

    def serve(self, number):
        child = spawn.Process(target=double, args=(self.tasks,))
        child.start()  # cause: mixed-start-contexts
        self.tasks.put(number)
        child.join()


if __name__ == "__main__":
    Service().serve(4)
