"""The main file seeds the random module at its top level: do its children draw the numbers of that seed?

They do if each child runs the top level again and so seeds the module itself. In a forked copy of a seeded process the
module seeds itself again, from the system.
"""

import os
import random
import sys
from multiprocessing import Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main

SEED = 7
random.seed(SEED)


NUMBERS = {"child": 0, "other_child": 1}


def child(address, name):
    check_in(address, name, drawn=random.random()).serve()


def child_that_seeds(address, name, *seed):
    random.seed(*seed)
    child(address, name)


# --8<-- [start:seed-in-the-child]
def work(address, name, number):
    random.seed(f"{SEED} {number}")  # the same in each run, and another one for each child
    child(address, name)  # the child's work


# --8<-- [end:seed-in-the-child]


def start(arm, seeds):
    for name, number in NUMBERS.items():
        if seeds == "the same":
            Process(target=child_that_seeds, args=(arm.address, name, SEED)).start()
        elif seeds == "anew":
            Process(target=child_that_seeds, args=(arm.address, name)).start()
        elif seeds == "by number":
            address = arm.address
            # --8<-- [start:seed-in-the-child]
            process = Process(target=work, args=(address, name, number))
            process.start()
            # --8<-- [end:seed-in-the-child]
        else:
            Process(target=child, args=(arm.address, name)).start()


def draw(arm, seeds=None):
    start(arm, seeds)
    seeded = random.Random(SEED).random()
    for name, number in NUMBERS.items():
        wanted = random.Random(f"{SEED} {number}").random() if seeds == "by number" else seeded
        drawn = arm.expect(name).details["drawn"]
        arm.record(**{name: "as seeded" if drawn == wanted else "something else"})
        if seeds is None and drawn != wanted:
            arm.symptom("silence", "child", text="the random numbers of children differ from run to run despite a seed")
    return seeded


def experiment(arm):
    seeded = draw(arm)
    arm.record(program="as seeded" if random.random() == seeded else "something else")


def each_child_seeds(arm):
    draw(arm, seeds="the same")


def each_child_seeds_anew(arm):
    draw(arm, seeds="anew")


def seed_in_the_child(arm):
    draw(arm, seeds="by number")


if __name__ == "__main__":
    main(experiment, each_child_seeds, each_child_seeds_anew, seed_in_the_child)
