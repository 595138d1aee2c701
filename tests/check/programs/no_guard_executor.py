"""A script without a main guard uses an executor in a function. Sound: guard_by_name_ok."""

from concurrent.futures import ProcessPoolExecutor


class Report:
    def lines(self):
        with ProcessPoolExecutor(1) as pool:
            return list(pool.map(abs, [-1, -2], timeout=20))


report = Report()
for line in report.lines():  # cause: missing-main-guard under spawn, forkserver
    print(line, flush=True)
