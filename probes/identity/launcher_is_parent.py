"""The parent of a script's process: the probe that launched the script, or another launcher between the two."""

import os
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main, stay


def script(address):
    stay(address, "script")


def another_launcher(address):
    connection = check_in(address, "another launcher")
    # The same command line with another function, and without the launcher that a virtual environment has on Windows.
    words = [script.__name__ if word == another_launcher.__name__ else word for word in sys.argv]
    program = subprocess.Popen([getattr(sys, "_base_executable", sys.executable), *words])
    connection.serve()
    program.wait()


def experiment(arm):
    arm.launch(script)
    arm.record(script_parent=arm.name_of(arm.expect("script").call("ping")[1]))


def control(arm):
    arm.launch(another_launcher)
    launcher = arm.expect("another launcher")
    arm.record(
        script_parent=arm.name_of(arm.expect("script").call("ping")[1]), launchers_parent=arm.name_of(launcher.parent())
    )


if __name__ == "__main__":
    main(experiment, control)
