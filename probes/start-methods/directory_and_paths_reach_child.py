"""A program changes its working directory, its command line (sys.argv) and its import path (sys.path), and then starts
a child: the child has the changed ones.
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
    """The main code of a separate program, because the settings are not restored."""

    def start(name):
        Process(target=child, args=(address, name)).start()

    check_in(address, "program").serve(change=change, settings=settings, start=start)


def child_of_a_program(arm, *steps):
    """Let a program take these steps, and record which settings it and its child then have."""
    with tempfile.TemporaryDirectory() as folder:
        program = arm.launch(main_code)
        peers = {"program": arm.expect("program")}
        for step in steps:
            if step == "change":
                peers["program"].call("change", folder)
            else:
                peers["program"].call("start", step)
                peers[step] = arm.expect(step)
        arm.record(program=sorted(set(describe(peers["program"], folder).values())), **describe(peers["child"], folder))
        for peer in reversed(peers.values()):  # the program waits for its children
            peer.leave()
            peer.wait_end()  # Windows does not remove a process's working directory
        program.wait()


def describe(peer, folder):
    return {name: "as changed" if changed else "as before" for name, changed in peer.call("settings", folder).items()}


def experiment(arm):
    """Change the settings between two children; under forkserver the first child also starts the server."""
    child_of_a_program(arm, "first child", "change", "child")


def changed_later(arm):
    """Change the settings after the child's start: the child has a copy of the old ones."""
    child_of_a_program(arm, "first child", "child", "change")


if __name__ == "__main__":
    main(experiment, changed_later)
