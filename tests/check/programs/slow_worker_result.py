"""An executor's first result is awaited for less than its workers need to start. Sound: slow_main_file_ok."""

import time
from concurrent.futures import ProcessPoolExecutor

time.sleep(1)


class Service:
    def ask(self):
        with ProcessPoolExecutor(1) as executor:
            future = executor.submit(abs, -1)
            return future.result(timeout=0.8)  # cause: slow-child-start under spawn, forkserver[<3.14]


if __name__ == "__main__":
    print(Service().ask(), flush=True)
