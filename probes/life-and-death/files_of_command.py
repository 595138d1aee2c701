"""A program has a file open under an inheritable descriptor, and starts a command: does the command have the file?

The command compares device and inode, because another file may be open in it under that number.
"""

import os
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, entry_command, main


def command(address, descriptor):
    try:
        status = os.fstat(descriptor)
    except OSError:
        found = None
    else:
        found = [status.st_dev, status.st_ino]
    check_in(address, "command", found=found).serve()


def by_default(arm):
    run(arm)


def in_another_folder(arm):
    """Popen creates a command with a folder of its own in another way: by fork and exec, not by posix_spawn."""
    run(arm, cwd=arm.folder())


def left_open(arm):
    run(arm, close_fds=False)


def pass_it(arm):
    with open_file(arm) as file:
        descriptor = file.fileno()
        words = words_of(arm, descriptor)
        # --8<-- [start:pass-it]
        process = subprocess.Popen(words, pass_fds=[descriptor])
        # --8<-- [end:pass-it]
        record(arm, process, file)


def run(arm, **options):
    with open_file(arm) as file:
        os.set_inheritable(file.fileno(), True)
        record(arm, subprocess.Popen(words_of(arm, file.fileno()), **options), file)


def open_file(arm):
    return open(os.path.join(arm.folder(), "file"), "w")


def words_of(arm, descriptor):
    flags = subprocess._args_from_interpreter_flags()
    return [sys.executable, *flags, *entry_command(command, arm.address, descriptor)]


def record(arm, process, file):
    peer = arm.expect("command")
    status = os.fstat(file.fileno())
    arm.record(has_the_file=peer.details["found"] == [status.st_dev, status.st_ino])
    peer.leave()
    process.wait()


if __name__ == "__main__":
    main(by_default, in_another_folder, left_open, pass_it)
