"""A program starts a child under the main guard, and without it. What each of its processes does, it notes itself; what
they print, the program's error stream tells.
"""

import json
import os
import re
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import main, table
from _kit.checkin import PATIENCE

DEADLINE = 2.5 * PATIENCE
"""Seconds for a whole program: it starts several interpreters, one after the other."""

PROGRAMS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "programs")


def guarded(arm):
    run(arm, "guarded.py")


def unguarded(arm):
    run(arm, "unguarded.py")


def unguarded_under_fork(arm):
    run(arm, "unguarded.py", method="fork")


def unguarded_under_spawn(arm):
    run(arm, "unguarded.py", method="spawn")


def made_unguarded(arm):
    """Process(...) stands outside the guard, and start() under it."""
    run(arm, "made_unguarded.py")


def unchecked(arm):
    """Nothing refuses a child to a process that is importing the main file, and it runs away until the fuse blows."""
    run(arm, "unchecked.py")


def three_children(arm):
    run(arm, "three_children.py")


def three_children_in_a_folder(arm):
    """The same file is the __main__.py of a folder, and the folder is run: no child imports such a file again."""
    run(arm, "three_children.py", as_a_folder=True)


def run(arm, name, method=None, as_a_folder=False):
    """Run a program to its end, under the arm's start method or another, and record what happened."""
    method = method or arm.method
    notes_folder, temporary_folder = arm.folder(), arm.folder()
    path = os.path.join(PROGRAMS, name)
    if as_a_folder:
        path = os.path.join(notes_folder, "program")
        os.mkdir(path)
        shutil.copy(os.path.join(PROGRAMS, name), os.path.join(path, "__main__.py"))
    env = {
        "PROBE_NOTES": notes_folder,
        "PROBE_PROGRAMS": PROGRAMS,
        "PROBE_START_METHOD": method,
        "TMPDIR": temporary_folder,
    }
    program = arm.run(path, env={**os.environ, **env}, stderr=subprocess.PIPE)
    try:
        # Each process of the program holds its error stream, and so do the fork server and the resource tracker:
        # at the stream's end they have all ended.
        errors, all_ended = program.communicate(timeout=DEADLINE)[1], True
    except subprocess.TimeoutExpired:
        errors, all_ended = b"", False
    notes = read(notes_folder)
    files_left = len(os.listdir(temporary_folder))
    cast(notes, method)
    tell(arm, notes)
    record(arm, notes, program.returncode, errors.decode(errors="replace"))
    arm.record(all_ended=all_ended, files_left=files_left, still_running=see_the_end(notes))


def read(folder):
    """The notes, in the order in which things happened."""
    notes = []
    for name in os.listdir(folder):
        if name.startswith("note-"):
            with open(os.path.join(folder, name), encoding="utf-8") as file:
                notes.append(json.load(file))
    return sorted(notes, key=lambda note: (note["at"], note["number"]))


def see_the_end(notes):
    """The parts of the processes that still run though their error stream has ended, which are then ended by force."""

    def running():
        return [note for note in notes if is_running(note)]

    try:
        table.wait_for(lambda: not running(), PATIENCE / 2, "the end of a process that has closed its streams")
    except TimeoutError:
        pass
    left = running()
    for note in left:
        table.kill(note["pid"], note["mark"])
    return sorted({note["part"] for note in left})


def is_running(note):
    """Whether the process that left this note still runs."""
    seen = table.look(note["pid"])
    return seen is not None and seen.started == note["mark"] and seen.state != "zombie"


def cast(notes, method):
    """Give each note the part of the process that left it: the parent of a fork server's child is the server."""
    parent = notes[0]["pid"]
    its_child, any_other = ("server", "child") if method == "forkserver" else ("child", "grandchild")
    for note in notes:
        note["part"] = "parent" if note["pid"] == parent else its_child if note["parent"] == parent else any_other


def tell(arm, notes):
    """Put the notes on the timeline."""
    met = set()
    for note in notes:
        entry = {"at": round(note["at"] - arm.began, 6), "process": note["part"], "pid": note["pid"]}
        if note["pid"] not in met:
            arm.timeline.append({**entry, "event": "started", "detail": ""})
            met.add(note["pid"])
        detail = str(note.get("error", note.get("exit_code", "")))
        arm.timeline.append({**entry, "event": note["event"], "detail": detail})


def record(arm, notes, exit_code, errors):
    def seen(event, part=None):
        return [note for note in notes if note["event"] == event and part in (None, note["part"])]

    def error_in(part):
        return next((note["error"] for note in seen("start failed", part)), "none")

    arm.record(
        top_level_runs=len(seen("top level")),
        top_level_ran_in=[note["part"] for note in seen("top level")],
        task_ran_in=[note["part"] for note in seen("task")],
        refused=next((note["error"] for note in seen("start failed")), "none"),
        parents_error=error_in("parent"),
        servers_error=error_in("server"),
        childs_error=error_in("child"),
        childs_exit_code=next((note["exit_code"] for note in seen("child ended", "parent")), None),
        exit_code=exit_code,
        printed=re.findall(r"(?m)^([\w.]+(?:Error|Exception))\b", errors),
        children_started=len(seen("start returned")),
        fuse_blown=bool(seen("fuse")),
    )


if __name__ == "__main__":
    main(
        guarded,
        unguarded,
        unguarded_under_fork,
        unguarded_under_spawn,
        made_unguarded,
        unchecked,
        three_children,
        three_children_in_a_folder,
    )
