"""One process fills and empties a queue for three items."""

import os
import sys
import time
from multiprocessing import Queue

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
from _kit import TIMEOUT, say, use_start_method


use_start_method()
queue = Queue() if "without-bound" in sys.argv else Queue(3)
for item in ("ash", "birch", "cedar"):
    queue.put(item)
say(queue.full())
say(queue.get())
say(queue.get())
if "one-stays" in sys.argv:
    give_up = time.monotonic() + TIMEOUT
    while queue.empty() and time.monotonic() < give_up:  # the item may not be in the pipe yet
        time.sleep(0.001)
else:
    say(queue.get())
say(queue.empty())
