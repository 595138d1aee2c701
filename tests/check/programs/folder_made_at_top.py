"""The top level of the main file makes the output folder, which exists when a child imports the file again."""

import multiprocessing
import os
import shutil

os.mkdir("results")  # cause: main-reimport-side-effects under spawn, forkserver


def work(number):
    with open(f"results/{number}", "w") as file:
        file.write(str(number))


if __name__ == "__main__":
    children = [multiprocessing.Process(target=work, args=(number,)) for number in range(2)]
    for child in children:
        child.start()
    for child in children:
        child.join()
    print(sorted(os.listdir("results")), flush=True)
    shutil.rmtree("results")
    raise SystemExit(any(child.exitcode for child in children))
