"""A program handles SIGTERM, and terminates a child or leaves the block of a Pool: where does the handler run?

One handler cleans up and exits, the other sets a flag and returns, as handlers for an orderly stop do.
"""

import os
import signal
import sys
import threading
from multiprocessing import Lock, Pool, Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import QUIET_TIME, TIMEOUT, check_in, hangs, main, stay, table


def install(handler, note):
    """Install this handler for SIGTERM, which adds its process's pid to the file ``note``."""

    def clean_up():
        with open(note, "a", encoding="ascii") as file:
            file.write(f"{os.getpid()}\n")

    def exit_cleanly(signum, frame):
        clean_up()
        sys.exit(0)

    def set_flag(signum, frame):
        clean_up()

    if handler == "exits":
        signal.signal(signal.SIGTERM, exit_cleanly)
    elif handler == "returns":
        signal.signal(signal.SIGTERM, set_flag)
    elif handler == "looks at its pid":
        # --8<-- [start:own-pid]
        main_pid = os.getpid()

        def handler(signum, frame):
            if os.getpid() == main_pid:
                exit_cleanly(signum, frame)
            else:  # a forked child, which ends as if there were no handler
                signal.signal(signum, signal.SIG_DFL)
                os.kill(os.getpid(), signum)

        signal.signal(signal.SIGTERM, handler)
        # --8<-- [end:own-pid]


# A child is terminated.


def program(address, handler, target, end, note):
    install(handler, note)
    lock = Lock()
    process = Process(target=globals()[target], args=(address, lock))
    process.start()

    def end_for_certain():
        # --8<-- [start:kill]
        process.terminate()
        process.join(timeout=1)
        if process.exitcode is None:
            process.kill()
            process.join()
        # --8<-- [end:kill]

    def exit_code():
        process.join(TIMEOUT)
        return process.exitcode

    def state_of_lock():
        if lock.acquire(block=False):
            lock.release()
            return "free"
        return "taken"

    check_in(address, "program").serve(
        terminate=end_for_certain if end == "kill" else process.terminate,
        exit_code=exit_code,
        state_of_lock=state_of_lock,
    )


def hold(address, lock):
    with lock:
        check_in(address, "child").serve()


def reset_and_hold(address, lock):
    # --8<-- [start:default-action]
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # the first line of the target
    # --8<-- [end:default-action]
    hold(address, lock)


def terminate_child(arm, handler, target="hold", end="terminate"):
    note = os.path.join(arm.folder(), "note")
    arm.launch(program, handler, target, end, note)
    peer, child = arm.expect("program"), arm.expect("child")
    child.answers()  # it has the lock, and its target's first lines have run
    peer.call("terminate")
    arm.event("child", "signalled", child.pid, "SIGTERM", other="program")
    if child.answers():
        arm.record(child="lives", exit_code=None, lock=peer.call("state_of_lock"))
        table.kill(child.pid, child.started)
    else:
        arm.record(child="ended", exit_code=peer.call("exit_code"), lock=peer.call("state_of_lock"))
    arm.record(handled_in=handled_in(arm, note))
    peer.leave()
    peer.wait_end()


def handled_in(arm, note):
    """Return the names of the processes in which the handler has run."""
    if not os.path.exists(note):
        return []
    with open(note, encoding="ascii") as file:
        return [arm.name_of(int(pid)) for pid in file]


def handler_exits(arm):
    terminate_child(arm, "exits")
    if arm.facts["handled_in"]:
        arm.symptom("silence", "child", text="the program's clean-up has run in the child, and its exit code is 0")


def handler_returns(arm):
    terminate_child(arm, "returns")
    if arm.facts["child"] == "lives":
        arm.symptom("silence", "child", text="the child lives on after terminate()")


def no_handler(arm):
    terminate_child(arm, "none")


def default_action(arm):
    terminate_child(arm, "exits", target="reset_and_hold")


def default_action_and_flag(arm):
    terminate_child(arm, "returns", target="reset_and_hold")


def own_pid(arm):
    terminate_child(arm, "looks at its pid")


def kill(arm):
    terminate_child(arm, "returns", end="kill")


# A block of a Pool is left, which terminates the workers and waits for them.


def pool_program(address, handler, resets, note):
    install(handler, note)
    pool = make_pool(resets)
    pool.apply_async(stay, (address, "worker"))
    over = threading.Event()

    def leave_block():
        with pool:
            over.wait()
        return "is left"

    hangs.call(address, "program", leave_block, actions={"leave_block": over.set})


def make_pool(resets):
    if resets:
        # --8<-- [start:initializer]
        pool = Pool(1, initializer=signal.signal, initargs=(signal.SIGTERM, signal.SIG_DFL))
        # --8<-- [end:initializer]
        return pool
    return Pool(1)


def leave_block(arm, handler, resets=False):
    note = os.path.join(arm.folder(), "note")
    arm.launch(pool_program, handler, resets, note)
    peer, worker = arm.expect("program"), arm.expect("worker")
    peer.call("leave_block")
    table.wait_for(lambda: handled_in(arm, note) or peer.call("look")[0], TIMEOUT, "the handler or the block's end")
    block = hangs.outcome(arm, peer, longest_wait=QUIET_TIME if handled_in(arm, note) else TIMEOUT)
    arm.record(block=block, worker="lives" if worker.answers() else "ended")
    if block == "waits":
        table.kill(worker.pid, worker.started)
        arm.record(after_the_workers_kill=hangs.outcome(arm, peer, longest_wait=TIMEOUT))
    peer.leave()
    peer.wait_end()


def pool_and_handler_returns(arm):
    leave_block(arm, "returns")


def pool_and_no_handler(arm):
    leave_block(arm, "none")


def initializer(arm):
    leave_block(arm, "returns", resets=True)


if __name__ == "__main__":
    main(
        handler_exits,
        handler_returns,
        no_handler,
        default_action,
        default_action_and_flag,
        own_pid,
        kill,
        pool_and_handler_returns,
        pool_and_no_handler,
        initializer,
    )
