"""Three producers make three loaves each, two consumers eat them, and the main process sends the end signals."""

import os
import sys
from multiprocessing import Process, Queue

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
from _kit import say, step, use_start_method


def produce(queue):
    for number in range(3):
        loaf = f"loaf {number}"
        step("producer")
        say(f"baked {loaf}")
        queue.put(loaf)


def consume(queue):
    while True:
        loaf = queue.get()
        if not loaf:
            say(loaf)
            break
        step("consumer")
        say(f"ate {loaf}")


if __name__ == "__main__":
    use_start_method()
    queue = Queue()
    producers = [Process(target=produce, args=(queue,)) for _ in range(3)]
    consumers = [Process(target=consume, args=(queue,)) for _ in range(2)]
    for process in producers + consumers:
        process.start()
    for process in producers:
        process.join()
    step("main")
    queue.put(None)
    queue.put(None)
    for process in consumers:
        process.join()
    say("the main line")
