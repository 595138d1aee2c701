"""A program starts a child with and without the main guard. Each of its processes writes notes of what it does, and the
probe reads what they print from the program's error stream.
"""

import json
import os
import re
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import TIMEOUT, main, symptoms, table

DEADLINE = 2.5 * TIMEOUT
"""Timeout of a whole program, in seconds: it starts several interpreters, one after the other."""

PROGRAMS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "programs")


MAIN_GUARD = """
import multiprocessing
import os
import sys

sys.path.insert(0, os.environ["PROBE_PROGRAMS"])
import notes

multiprocessing.set_start_method(notes.METHOD, force=True)
notes.top_level()


def task():
    notes.task()


# --8<-- [start:main-guard]
def main():
    child = multiprocessing.Process(target=task)
    child.start()
    child.join()


if __name__ == "__main__":
    main()
# --8<-- [end:main-guard]
"""


def main_guard(arm):
    path = os.path.join(arm.folder(), "program.py")
    with open(path, "w", encoding="utf-8") as file:
        file.write(MAIN_GUARD)
    run(arm, path)


def guarded(arm):
    run(arm, "guarded.py")


def unguarded(arm):
    run(arm, "unguarded.py")


def unguarded_under_fork(arm):
    run(arm, "unguarded.py", method="fork")


def unguarded_under_spawn(arm):
    run(arm, "unguarded.py", method="spawn")


def made_unguarded(arm):
    """Process() is called outside the guard, and start() under it."""
    run(arm, "made_unguarded.py")


def unchecked(arm):
    """Without multiprocessing's check in start(), the processes multiply until the fuse ends them."""
    run(arm, "unchecked.py")


def three_children(arm):
    run(arm, "three_children.py")


def three_children_in_a_folder(arm):
    """The same file runs as the __main__.py of a folder: a child does not import such a file again."""
    run(arm, "three_children.py", as_a_folder=True)


def run(arm, name, method=None, as_a_folder=False):
    """Run a program to its end, under this start method or the arm's, and record what happened."""
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
    program = arm.start_script(path, env={**os.environ, **env}, stderr=subprocess.PIPE)
    try:
        # Every process of the program, with the fork server and the resource tracker, has the error stream open:
        # when the stream ends, they have all ended.
        errors, all_ended = program.communicate(timeout=DEADLINE)[1], True
    except subprocess.TimeoutExpired:
        errors, all_ended = b"", False
    notes = read_notes(notes_folder)
    files_left = len(os.listdir(temporary_folder))
    add_parts(notes, method)
    add_to_timeline(arm, notes)
    errors = errors.decode(errors="replace")
    record(arm, notes, program.returncode, errors)
    if name == "unguarded.py":
        record_symptoms(arm, errors)
    arm.record(all_ended=all_ended, files_left=files_left, still_running=kill_remaining(notes))


def record_symptoms(arm, errors):
    """Record the tracebacks that the parent and its child, or its fork server, have printed."""
    begin = "Traceback (most recent call last):"
    for text in errors.split(begin)[1:]:
        arm.symptom(**symptoms.printed(begin + text, "child" if 'File "<string>"' in text else "parent"))


def read_notes(folder):
    """Return the notes in the order in which they were written."""
    notes = []
    for name in os.listdir(folder):
        if name.startswith("note-"):
            with open(os.path.join(folder, name), encoding="utf-8") as file:
                notes.append(json.load(file))
    return sorted(notes, key=lambda note: (note["at"], note["number"]))


def kill_remaining(notes):
    """Kill the processes that still run although the error stream has ended, and return their parts."""

    def running():
        return [note for note in notes if is_running(note)]

    try:
        table.wait_for(lambda: not running(), TIMEOUT / 2, "the end of a process that has closed its streams")
    except TimeoutError:
        pass
    remaining = running()
    for note in remaining:
        table.kill(note["pid"], note["mark"])
    return sorted({note["part"] for note in remaining})


def is_running(note):
    """Return whether the process that wrote this note still runs."""
    seen = table.read(note["pid"])
    return seen is not None and seen.started == note["mark"] and seen.state != "zombie"


def add_parts(notes, method):
    """Add to each note what its process is: parent, server, child or grandchild. A server is the child's parent."""
    parent = notes[0]["pid"]
    childs_part, others_part = ("server", "child") if method == "forkserver" else ("child", "grandchild")
    for note in notes:
        note["part"] = "parent" if note["pid"] == parent else childs_part if note["parent"] == parent else others_part


def add_to_timeline(arm, notes):
    """Put the notes on the timeline."""
    started = set()
    for note in notes:
        if note["pid"] not in started:
            arm.event(note["part"], "started", note["pid"], at=note["at"])
            started.add(note["pid"])
        detail = str(note.get("error", note.get("exit_code", "")))
        arm.event(note["part"], note["event"], note["pid"], detail, at=note["at"])


def record(arm, notes, exit_code, errors):
    def select(event, part=None):
        return [note for note in notes if note["event"] == event and part in (None, note["part"])]

    def error_in(part):
        return next((note["error"] for note in select("start failed", part)), "none")

    arm.record(
        top_level_runs=len(select("top level")),
        top_level_ran_in=[note["part"] for note in select("top level")],
        task_ran_in=[note["part"] for note in select("task")],
        refused=next((note["error"] for note in select("start failed")), "none"),
        parents_error=error_in("parent"),
        servers_error=error_in("server"),
        childs_error=error_in("child"),
        childs_exit_code=next((note["exit_code"] for note in select("child ended", "parent")), None),
        exit_code=exit_code,
        printed=re.findall(r"(?m)^([\w.]+(?:Error|Exception))\b", errors),
        children_started=len(select("start returned")),
        fuse_blown=bool(select("fuse")),
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
        main_guard,
    )
