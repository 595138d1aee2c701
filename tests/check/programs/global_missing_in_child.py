"""A name is made under the main guard only; the child raises NameError. Sound: global_under_guard_ok."""

from multiprocessing import Pool


def lookup(key):
    return table[key]


if __name__ == "__main__":
    table = {"a": 1}  # cause: state-not-inherited under spawn, forkserver
    with Pool(1) as pool:
        print(pool.map(lookup, ["a"]), flush=True)
