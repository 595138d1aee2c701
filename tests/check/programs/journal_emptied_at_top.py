"""Each import of the main file opens the journal for writing, which empties it. Sound: folder_made_at_top_ok."""

import multiprocessing


class Journal:
    def __init__(self, path):
        self.file = open(path, "w")  # cause: main-reimport-side-effects under spawn, forkserver

    def note(self, text):
        self.file.write(text + "\n")
        self.file.flush()


journal = Journal("journal.txt")


def double(number):
    return 2 * number


if __name__ == "__main__":
    journal.note("begun")
    with multiprocessing.Pool(1) as pool:
        print(pool.map(double, [1, 2]), flush=True)
    with open("journal.txt") as file:
        print("journal:", file.read().strip("\0\n") or "empty", flush=True)
