"""Three producers make three loaves each, two consumers eat them, and the main process sends the end signals."""

import os
import sys
from multiprocessing import Process, Queue

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
from _kit.play import begin, cue, say


def produce(queue):
    for number in range(3):
        loaf = f"loaf {number}"
        cue("producer")
        say(f"baked {loaf}")
        queue.put(loaf)


def consume(queue):
    while True:
        loaf = queue.get()
        if not loaf:
            say(loaf)
            break
        cue("consumer")
        say(f"ate {loaf}")


if __name__ == "__main__":
    begin()
    queue = Queue()
    producers = [Process(target=produce, args=(queue,)) for _ in range(3)]
    consumers = [Process(target=consume, args=(queue,)) for _ in range(2)]
    for process in producers + consumers:
        process.start()
    for process in producers:
        process.join()
    cue("main")
    queue.put(None)
    queue.put(None)
    for process in consumers:
        process.join()
    say("the main line")
