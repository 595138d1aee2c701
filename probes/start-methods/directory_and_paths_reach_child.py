"""A program changes its working directory, its command line (sys.argv) and its import path (sys.path), and starts a
child: does the child have them as the program now has them?
"""

import os
import sys
import tempfile
from multiprocessing import Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main

ADDED = "added while the program ran"


def change(folder):
    os.chdir(folder)
    sys.argv.append(ADDED)
    sys.path.append(ADDED)


def settings(folder):
    return {
        "working_directory": os.path.realpath(os.getcwd()) == os.path.realpath(folder),
        "command_line": ADDED in sys.argv,
        "import_path": ADDED in sys.path,
    }


def child(address, name):
    check_in(address, name).serve(settings=settings)


def main_code(address):
    """A program of its own, for it does not take its settings back."""

    def start(name):
        Process(target=child, args=(address, name)).start()

    check_in(address, "program").serve(change=change, settings=settings, start=start)


def child_of_a_program(arm, *steps):
    """The program takes these steps; then the child is looked at."""
    with tempfile.TemporaryDirectory() as folder:
        program = arm.launch(main_code)
        peers = {"program": arm.expect("program")}
        for step in steps:
            if step == "change":
                peers["program"].call("change", folder)
            else:
                peers["program"].call("start", step)
                peers[step] = arm.expect(step)
        arm.record(program=sorted(set(words(peers["program"], folder).values())), **words(peers["child"], folder))
        for peer in reversed(peers.values()):  # the program waits for its children
            peer.leave()
            peer.wait_end()  # Windows removes no folder in which a process is
        program.wait()


def words(peer, folder):
    return {name: "as changed" if changed else "as before" for name, changed in peer.call("settings", folder).items()}


def experiment(arm):
    """With the first child the fork server starts, if that is the method."""
    child_of_a_program(arm, "first child", "change", "child")


def changed_later(arm):
    """After the child's start: what it has is a copy."""
    child_of_a_program(arm, "first child", "child", "change")


if __name__ == "__main__":
    main(experiment, changed_later)
