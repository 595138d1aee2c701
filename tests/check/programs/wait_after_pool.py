"""wait() without a timeout on a result whose pool has ended. Sound: map_result_after_pool_ok."""

import time
from multiprocessing import get_context


def slow(number):
    time.sleep(0.5)
    return number


if __name__ == "__main__":
    with get_context().Pool(1) as pool:
        results = [pool.apply_async(slow, (number,)) for number in range(2)]
    for result in results:
        result.wait()  # cause: pool-ended-before-result
    print("end", flush=True)
