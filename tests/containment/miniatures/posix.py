"""Small programs that each misbehave in one way that only POSIX has: posix.py NAME RECORD MARK [ARGUMENT ...]

Each of their processes writes its pid into the file RECORD and has MARK on its command line, so the tests can find it.
A process that hangs ends after LONG seconds even if nothing kills it.
"""

import os
import shutil
import signal
import sys
import time

LONG = 60.0


def record():
    """Append this pid to the record. A short append is atomic."""
    fd = os.open(sys.argv[2], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666)
    os.write(fd, f"{os.getpid()} {time.time()}\n".encode())
    os.close(fd)


def hang():
    """Hang."""
    time.sleep(LONG)


def fork(function):
    """Fork; the child records itself, calls the function, and ends."""
    pid = os.fork()
    if pid == 0:
        try:
            record()
            function()
        finally:
            os._exit(0)
    return pid


def print_state():
    """Print what a process inherits: descriptors, signals, limits, scheduling."""
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
    """Ignore the signals that ask a process to end, and hang."""
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT):
        signal.signal(number, signal.SIG_IGN)
    hang()


def stop_itself():
    """Stop itself with SIGSTOP."""
    os.kill(os.getpid(), signal.SIGSTOP)


def end_by(number):
    """End by a signal."""
    os.kill(os.getpid(), int(number))
    hang()


def daemon(*how):
    """Fork twice and end. The process that stays is in its own session, has no environment, or both."""
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
    os.read(ready, 1)  # returns when the descriptor was closed: the process runs with the new environment


def stay(done):
    os.close(int(done))
    hang()


def leave_children(number):
    """End while the children run."""
    for _ in range(int(number)):
        fork(hang)
    wait_until_recorded(int(number) + 1)


def leave_zombie():
    """End while a child runs that does not reap its own child."""

    def do_not_reap():
        fork(lambda: None)
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOWAIT)  # the child has ended and is a zombie
        os.close(dead)
        hang()

    wait, dead = os.pipe()
    fork(do_not_reap)
    os.close(dead)
    os.read(wait, 1)


def leave_orphan():
    """End after the grandchild, which ends after the child."""
    gate, gate_holder = os.pipe()
    over, holder = os.pipe()

    def grandchild():
        os.close(gate_holder)
        os.read(gate, 1)

    pid = fork(lambda: fork(grandchild))
    os.waitpid(pid, 0)
    os.close(holder)
    os.close(gate_holder)
    os.read(over, 1)


def close_everything(then):
    """Close all descriptors, and then end or hang."""
    os.closerange(0, 4096)
    if then == "hang":
        hang()
    os._exit(int(then))


def delete_folder():
    """Delete the working directory."""
    shutil.rmtree(os.getcwd())


def leave_shared(kind):
    """Leave a shared memory segment or a semaphore whose name contains the token."""
    name = "/test-" + os.environ["PROCSEM_TOKEN"]
    if kind == "semaphore":
        from _multiprocessing import SemLock

        SemLock(1, 1, 1, name, False)
    else:
        import _posixshmem

        os.close(_posixshmem.shm_open(name, os.O_CREAT | os.O_RDWR, 0o600))


def hold_shared(end):
    """Print the names of a semaphore and a block of shared memory of multiprocessing, and end; a child holds both."""
    from multiprocessing import get_context, shared_memory

    lock = get_context("spawn").Lock()
    block = shared_memory.SharedMemory(create=True, size=64)
    with open("shared", "w") as file:
        file.write(f"sem.{lock._semlock.name.lstrip('/')} {block.name}")
    fork(hang)
    if end == "supervisor":
        os.kill(os.getppid(), signal.SIGKILL)
        hang()
    os._exit(0)


def signal_supervisor(number):
    """Send a signal to the supervisor and end; a child without an environment and one in a new session stay."""

    def without_environment():
        os.execve(sys.executable, [sys.executable, "-S", __file__, "hang", *sys.argv[2:4]], {})

    def in_new_session():
        os.setsid()
        record()
        hang()

    fork(without_environment)
    fork(in_new_session)
    wait_until_recorded(5)  # each of the children twice: the first in its new program, the second in its new session
    os.kill(os.getppid(), int(number))


def fork_without_end(user, session):
    """Fork, and let each child fork, until 2,000 processes spin."""
    # The size of this file counts the forks: eight bytes each.
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
            continue  # the system's own limit: try again


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
