"""Two workers; one leaves by sys.exit() and puts nothing, and a method collects two results. Sound: get_from_failed_child_ok."""

import sys
from multiprocessing import Process, SimpleQueue


class Team:
    def __init__(self):
        self.answers = SimpleQueue()

    def work(self, number):
        if number:
            sys.exit(2)
        self.answers.put(number)

    def collect(self):
        members = [Process(target=self.work, args=(number,)) for number in range(2)]
        for member in members:
            member.start()
        return [self.answers.get() for _ in members]  # cause: queue-get-from-dead-child


if __name__ == "__main__":
    print(Team().collect(), flush=True)
