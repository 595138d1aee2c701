"""A program waits for jobs that no worker is left to do. Sound: executor_with_limit_ok."""

import concurrent.futures
import time


def job():
    time.sleep(0.1)


def main():
    executor = concurrent.futures.ProcessPoolExecutor(1, max_tasks_per_child=3)  # cause: executor-stops-replacing if python < 3.13.15
    done, _ = concurrent.futures.wait([executor.submit(job) for _ in range(8)])
    executor.shutdown()
    print(len(done), flush=True)


if __name__ == "__main__":
    main()
