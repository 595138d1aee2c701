"""A module-level name is rebound to a partial, and an executor gets the function behind it. Sound: decorated_task_ok."""

import functools
from concurrent.futures import ProcessPoolExecutor


def power(base, exponent):
    return base**exponent


plain = power
power = functools.lru_cache(maxsize=None)(power)


def run(executor):
    return executor.submit(plain, 2, 3).result()  # cause: name-hidden-by-decorator


if __name__ == "__main__":
    with ProcessPoolExecutor(1) as executor:
        print(run(executor), flush=True)
