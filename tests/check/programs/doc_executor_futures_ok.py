"""Futures are asked for as they are done; one of them has an error, which is expected."""

import concurrent.futures


def load(name):
    if name == "missing":
        raise FileNotFoundError(name)
    return len(name)


def main():
    with concurrent.futures.ProcessPoolExecutor(max_workers=2) as executor:
        names = {executor.submit(load, name): name for name in ("one", "missing", "three")}
        found = []
        for future in concurrent.futures.as_completed(names):
            try:
                found.append((names[future], future.result()))
            except FileNotFoundError as error:
                found.append((names[future], str(error)))
        print(sorted(found, key=str))


if __name__ == "__main__":
    main()
