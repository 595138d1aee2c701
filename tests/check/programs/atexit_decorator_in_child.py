"""A child's run() uses atexit.register as a decorator. Sound: atexit_in_pool_worker_ok."""

import atexit
import multiprocessing


class Recorder(multiprocessing.Process):
    def run(self):
        @atexit.register  # cause: atexit-skipped-in-child under fork, forkserver if python < 3.13
        def close():
            print("closed", flush=True)

        print("recording", flush=True)


if __name__ == "__main__":
    recorder = Recorder()
    recorder.start()
    recorder.join()
