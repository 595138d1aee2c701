"""Small programs that misbehave in one way each, with what only POSIX has. Run as NAME RECORD MARK [ARGUMENT ...].

Each of their processes writes its pid into the file RECORD and bears MARK on its command line, so that it can be
found from outside by either. What lives too long lives for LONG seconds at most, should nobody end it.
"""

import os
import shutil
import signal
import sys
import time

LONG = 60.0


def record():
    """Write this process down: one short append, which no other can tear."""
    fd = os.open(sys.argv[2], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666)
    os.write(fd, f"{os.getpid()} {time.time()}\n".encode())
    os.close(fd)


def hang():
    """Never ends."""
    time.sleep(LONG)


def child(then):
    """Fork; the child is recorded, does this, and ends."""
    pid = os.fork()
    if pid == 0:
        try:
            record()
            then()
        finally:
            os._exit(0)
    return pid


def say_state():
    """Prints what it was given: descriptors, signals, limits, its place in the queue for the CPU."""
    import resource

    fds = []
    for fd in range(256):
        try:
            os.fstat(fd)
            fds.append(fd)
        except OSError:
            pass
    ignored = [n for n in range(1, 32) if n not in (9, 19) and signal.getsignal(n) is signal.SIG_IGN]
    print("descriptors", fds)
    print("ignored", ignored, "blocked", sorted(signal.pthread_sigmask(signal.SIG_BLOCK, ())))
    print("nice", os.getpriority(os.PRIO_PROCESS, 0), "umask", os.umask(0))
    if hasattr(os, "sched_getscheduler"):
        print("policy", os.sched_getscheduler(0), os.sched_getparam(0), sorted(os.sched_getaffinity(0)))
    for name in sorted(n for n in dir(resource) if n.startswith("RLIMIT_")):
        if name != "RLIMIT_NPROC":
            print(name, resource.getrlimit(getattr(resource, name)))


def ignore_signals():
    """Never ends, and ignores what asks it to."""
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT):
        signal.signal(number, signal.SIG_IGN)
    hang()


def stop_itself():
    """Stops itself, and never continues."""
    os.kill(os.getpid(), signal.SIGSTOP)


def end_by(number):
    """Ends by a signal."""
    os.kill(os.getpid(), int(number))
    hang()


def daemon(*how):
    """Forks twice and ends; what stays is in a session of its own, has no environment, or both."""
    ready, done = os.pipe()
    os.set_inheritable(done, True)
    if os.fork() == 0:
        if "session" in how:
            os.setsid()
        if os.fork() == 0:
            environment = {} if "environment" in how else os.environ
            arguments = [sys.executable, "-S", __file__, "stay", *sys.argv[2:4], str(done)]
            os.execve(sys.executable, arguments, environment)
        os._exit(0)
    os.wait()
    os.close(done)
    os.read(ready, 1)  # Its end: it runs, with the new environment.


def stay(done):
    os.close(int(done))
    hang()


def leave_children(number):
    """Ends while its children live."""
    for _ in range(int(number)):
        child(hang)
    wait_until_recorded(int(number) + 1)


def leave_zombie():
    """Ends while a child lives that does not wait for its own."""

    def neglect():
        child(lambda: None)
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOWAIT)  # It is dead, and still not waited for.
        os.close(dead)
        hang()

    wait, dead = os.pipe()
    child(neglect)
    os.close(dead)
    os.read(wait, 1)


def leave_orphan():
    """Its child ends before its grandchild, and the grandchild before itself."""
    gate, opener = os.pipe()
    over, holder = os.pipe()

    def grandchild():
        os.close(opener)
        os.read(gate, 1)

    pid = child(lambda: child(grandchild))
    os.waitpid(pid, 0)
    os.close(holder)
    os.close(opener)
    os.read(over, 1)


def close_everything(then):
    """Closes all its descriptors, and then ends or does not."""
    os.closerange(0, 4096)
    if then == "hang":
        hang()
    os._exit(int(then))


def delete_folder():
    """Deletes the folder that it is in."""
    shutil.rmtree(os.getcwd())


def leave_shared(kind):
    """Leaves a segment of shared memory, or a semaphore, that bears its token."""
    name = "/test-" + os.environ["PROCSEM_TOKEN"]
    if kind == "semaphore":
        from _multiprocessing import SemLock

        SemLock(1, 1, 1, name, False)
    else:
        import _posixshmem

        os.close(_posixshmem.shm_open(name, os.O_CREAT | os.O_RDWR, 0o600))


def signal_warden(number):
    """Sends a signal to its supervisor and ends; a child without an environment and one in a new session stay."""

    def cleared():
        os.execve(sys.executable, [sys.executable, "-S", __file__, "hang", *sys.argv[2:4]], {})

    def apart():
        os.setsid()
        record()
        hang()

    child(cleared)
    child(apart)
    wait_until_recorded(5)  # Each of the children twice: the first by its new program, the second in its new session.
    os.kill(os.getppid(), int(number))


def fork_without_end(user, session):
    """Forks, and so does each child; 2,000 in all, which then spin."""
    # The record counts: each fork is one line of eight bytes, and nobody needs to read it.
    counter = os.open(sys.argv[2] + ".forks", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666)
    crossed = os.open(sys.argv[2] + ".crossed", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666)
    if user != "same":
        os.setgroups([])
        os.setgid(int(user))
        os.setuid(int(user))
    give_up = time.monotonic() + LONG
    while time.monotonic() < give_up:
        if os.fstat(counter).st_size >= 8 * 2000:
            continue
        os.write(counter, b"1234567\n")
        if 8 * 500 <= os.fstat(counter).st_size < 8 * 550:
            os.write(crossed, f"{time.time()}\n".encode())
        try:
            if os.fork() == 0 and session == "new":
                os.setsid()
        except OSError:
            continue  # The system's own limit; try again.


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
