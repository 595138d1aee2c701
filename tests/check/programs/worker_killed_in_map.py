"""A worker is killed by a signal in the middle of map(). Sound: worker_exits_ok."""

import os
import signal
from multiprocessing import Pool


class Job:
    def step(self, number):
        if number == 2:
            os.kill(os.getpid(), signal.SIGKILL)
        return number

    def run(self):
        pool = Pool(2)
        results = pool.map_async(self.step, range(4), chunksize=1)
        return results.get()  # cause: pool-worker-lost-hang


if __name__ == "__main__":
    print(Job().run(), flush=True)
