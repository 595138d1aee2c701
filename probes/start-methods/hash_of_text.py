"""hash() of one text, in a program and in two of its children: is it one number?

Each interpreter mixes a secret of its own into the hashes of texts, drawn when it starts. A copy has the secret.
"""

import os
import sys
from multiprocessing import Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main

TEXT = "a text"


def child(address, name):
    check_in(address, name, hash=hash(TEXT)).serve()


def main_code(address):
    children = [Process(target=child, args=(address, name)) for name in ("child", "other_child")]
    for process in children:
        process.start()
    check_in(address, "program", hash=hash(TEXT)).serve()


def hashes_of_a_program(arm, seed):
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONHASHSEED"}
    if seed is not None:
        environment["PYTHONHASHSEED"] = seed
    program = arm.launch(main_code, env=environment)
    peers = {name: arm.expect(name) for name in ("program", "child", "other_child")}
    hashes = {name: peer.details["hash"] for name, peer in peers.items()}
    for name in ("child", "other_child"):
        arm.record(**{name: "as the program's" if hashes[name] == hashes["program"] else "another"})
    arm.record(children_agree=hashes["child"] == hashes["other_child"])
    for peer in peers.values():
        peer.leave()
    program.wait()


def experiment(arm):
    hashes_of_a_program(arm, seed=None)


def secret_is_set(arm):
    hashes_of_a_program(arm, seed="7")


if __name__ == "__main__":
    main(experiment, secret_is_set)
