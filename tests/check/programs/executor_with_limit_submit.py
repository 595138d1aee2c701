"""A class submits all its jobs to an executor whose workers are to be replaced. Sound: executor_with_limit_ok."""

from concurrent.futures import ProcessPoolExecutor, as_completed
import time


def convert(page):
    time.sleep(0.1)
    return page.upper()


class Converter:
    def __init__(self):
        self.executor = ProcessPoolExecutor(max_workers=1, max_tasks_per_child=2)  # cause: executor-stops-replacing if python < 3.13.15

    def convert(self, pages):
        jobs = [self.executor.submit(convert, page) for page in pages]
        return sorted(job.result() for job in as_completed(jobs))


if __name__ == "__main__":
    print(Converter().convert("abcde"), flush=True)
