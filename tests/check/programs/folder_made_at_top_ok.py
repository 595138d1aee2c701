"""The main guard keeps the folder and the file of results from being made again."""

import multiprocessing
import os
import shutil


def work(number):
    with open(f"results/{number}", "w") as file:
        file.write(str(number))


if __name__ == "__main__":
    os.mkdir("results")
    journal = open("journal.txt", "w")
    journal.write("begun\n")
    journal.flush()
    children = [multiprocessing.Process(target=work, args=(number,)) for number in range(2)]
    for child in children:
        child.start()
    for child in children:
        child.join()
    with open("journal.txt") as file:
        print(sorted(os.listdir("results")), file.read(), flush=True)
    shutil.rmtree("results")
    raise SystemExit(any(child.exitcode for child in children))
