"""Small programs that misbehave in one way each, on every system. Run as NAME RECORD MARK [ARGUMENT ...].

Each of their processes writes its pid into the file RECORD and bears MARK on its command line, so that it can be
found from outside by either. What lives too long lives for LONG seconds at most, should nobody end it.
"""

import os
import subprocess
import sys
import time

LONG = 60.0


def record():
    """Write this process down: one short append, which no other can tear."""
    with open(sys.argv[2], "a") as file:
        file.write(f"{os.getpid()} {time.time()}\n")


def start_child(name, *arguments, **how):
    return subprocess.Popen([sys.executable, "-S", __file__, name, *sys.argv[2:4], *arguments], **how)


def hang():
    """Never ends."""
    time.sleep(LONG)


def nothing():
    """Ends at once."""


def exit_with(code):
    """Ends with this exit code."""
    sys.exit(int(code))


def crash():
    """Ends by a fault."""
    import faulthandler

    faulthandler._sigsegv()


def break_away():
    """Starts a child that is to be outside its job, and says what came of it."""
    try:
        start_child("hang", creationflags=subprocess.CREATE_BREAKAWAY_FROM_JOB)
    except OSError as error:
        print("refused:", error.winerror, flush=True)


def say_environment():
    """Prints its environment."""
    for name in sorted(os.environ):
        print(f"{name}={os.environ[name]}")


def flood(megabytes):
    """Writes very much, with a first and a last word."""
    os.write(1, b"first")
    block = b"x" * (1 << 20)
    for _ in range(int(megabytes)):
        written = 0
        while written < len(block):
            written += os.write(1, block[written:])
    os.write(1, b"last")


def no_text():
    """Writes every byte there is, which is no UTF-8, half of them as errors."""
    os.write(1, bytes(range(128)))
    os.write(2, bytes(range(128, 256)))


def leave_children(number):
    """Ends while its children live."""
    for _ in range(int(number)):
        start_child("hang", stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    wait_until_recorded(int(number) + 1)
    os._exit(0)


def hold_output():
    """Ends while a child lives that holds its output open."""
    start_child("hang")
    wait_until_recorded(2)
    os._exit(0)


def leave_file(path):
    """Leaves a temporary file."""
    with open(path, "w") as file:
        file.write("left")


def start_without_end():
    """Starts processes without end, each of which does the same; 100 at most."""
    # Runs without `record`: what is counted is the lines of the record.
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
