"""Jobs that an executor cannot send are collected and run by threads."""

import concurrent.futures


def double(number):
    return 2 * number


def main():
    jobs = [double, lambda number: number + 1]
    with concurrent.futures.ProcessPoolExecutor(1) as executor:
        futures = [executor.submit(job, 4) for job in jobs]
        refused = [job for job, future in zip(jobs, futures) if future.exception() is not None]
        print([future.result() for future in futures if future.exception() is None])
    with concurrent.futures.ThreadPoolExecutor() as threads:
        print([threads.submit(job, 4).result() for job in refused])


if __name__ == "__main__":
    main()
