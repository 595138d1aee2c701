"""Is hash() of one text the same number in a program and in two of its children?

Each interpreter draws a secret when it starts and mixes it into the hashes of texts. A copy has the same secret. In the
control the secret is set for a program and its child, and to another value for a program in the place of the other
child.
"""

import hashlib
import os
import sys
from multiprocessing import Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main

TEXT = "a text"


# --8<-- [start:stable-hash]
def stable_hash(text):
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")


# --8<-- [end:stable-hash]


def number_of(text, stable):
    return str(stable_hash(text) if stable else hash(text))


def child(address, name, stable=False):
    check_in(address, name, hash=number_of(TEXT, stable)).serve()


def main_code(address, stable, *names):
    for name in names:
        Process(target=child, args=(address, name, stable)).start()
    check_in(address, "program", hash=number_of(TEXT, stable)).serve()


def launch(arm, function, *args, seed=None):
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONHASHSEED"}
    if seed is not None:
        environment["PYTHONHASHSEED"] = seed
    return arm.launch(function, *args, env=environment)


def compare_hashes(arm, *programs):
    peers = {name: arm.expect(name) for name in ("program", "child", "other_child")}
    hashes = {name: peer.details["hash"] for name, peer in peers.items()}
    for name in ("child", "other_child"):
        arm.record(**{name: "as the program's" if hashes[name] == hashes["program"] else "another"})
    arm.record(children_agree=hashes["child"] == hashes["other_child"])
    for peer in peers.values():
        peer.leave()
    for program in programs:
        program.wait()


def experiment(arm):
    compare_hashes(arm, launch(arm, main_code, False, "child", "other_child"))
    if arm.facts["child"] == "another":
        arm.symptom("silence", "child", text="hash() of a text is another number in a child")


def stable(arm):
    compare_hashes(arm, launch(arm, main_code, True, "child", "other_child"))


def two_secrets(arm):
    compare_hashes(arm, launch(arm, main_code, False, "child", seed="7"), launch(arm, child, "other_child", seed="8"))


if __name__ == "__main__":
    main(experiment, two_secrets, stable)
