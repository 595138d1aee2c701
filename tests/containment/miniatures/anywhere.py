"""Small programs that each misbehave in one way, on every system: anywhere.py NAME RECORD MARK [ARGUMENT ...]

Each of their processes writes its pid into the file RECORD and has MARK on its command line, so the tests can find it.
A process that hangs ends after LONG seconds even if nothing kills it.
"""

import os
import subprocess
import sys
import time

LONG = 60.0


def record():
    """Append this pid to the record. A short append is atomic."""
    with open(sys.argv[2], "a") as file:
        file.write(f"{os.getpid()} {time.time()}\n")


def start_child(name, *arguments, **how):
    return subprocess.Popen([sys.executable, "-S", __file__, name, *sys.argv[2:4], *arguments], **how)


def hang():
    """Hang."""
    time.sleep(LONG)


def nothing():
    """End at once."""


def exit_with(code):
    """End with this exit code."""
    sys.exit(int(code))


def crash():
    """Crash."""
    import faulthandler

    faulthandler._sigsegv()


def break_away():
    """Try to start a child outside the job, and print the result."""
    try:
        start_child("hang", creationflags=subprocess.CREATE_BREAKAWAY_FROM_JOB)
    except OSError as error:
        print("refused:", error.winerror, flush=True)


def print_environment():
    """Print the environment."""
    for name in sorted(os.environ):
        print(f"{name}={os.environ[name]}")


def flood(megabytes):
    """Write many megabytes, with a first and a last word."""
    os.write(1, b"first")
    block = b"x" * (1 << 20)
    for _ in range(int(megabytes)):
        written = 0
        while written < len(block):
            written += os.write(1, block[written:])
    os.write(1, b"last")


def print_bytes():
    """Write all 256 bytes, which are not UTF-8, half of them to standard error."""
    os.write(1, bytes(range(128)))
    os.write(2, bytes(range(128, 256)))


def leave_children(number):
    """End while the children run."""
    for _ in range(int(number)):
        start_child("hang", stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    wait_until_recorded(int(number) + 1)
    os._exit(0)


def hold_output():
    """End while a child keeps the output open."""
    start_child("hang")
    wait_until_recorded(2)
    os._exit(0)


def leave_file(path):
    """Leave a temporary file."""
    with open(path, "w") as file:
        file.write("left")


def work_in_steps(path, number, seconds):
    """Replace a file after each step; then hang."""
    for step in range(int(number)):
        time.sleep(float(seconds))
        with open(path + ".new", "w") as file:
            file.write(str(step + 1))
        os.replace(path + ".new", path)
    hang()


def start_without_end():
    """Start process after process, each of which does the same, until there are 100."""
    # the lines of the record are counted
    while True:
        with open(sys.argv[2]) as file:
            if sum(1 for _ in file) > 100:
                time.sleep(LONG)
        start_child("start_without_end")


def wait_until_recorded(number):
    give_up = time.monotonic() + LONG
    while time.monotonic() < give_up:
        with open(sys.argv[2]) as file:
            if sum(1 for _ in file) >= number:
                return
        time.sleep(0.005)


if __name__ == "__main__":
    record()
    globals()[sys.argv[1]](*sys.argv[4:])
