"""A process is killed while it waits in get() of a queue. Then an item is put, and another process calls get()."""

import os
import sys
from multiprocessing import Process, Queue

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import QUIET_TIME, TIMEOUT, check_in, hangs, main, table


def read(address, name, queue):
    hangs.call(address, name, queue.get)


def reader_killed(arm):
    run(arm, "one queue", QUIET_TIME)


def reader_got_its_item(arm):
    run(arm, "end signal", TIMEOUT)


def end_signal(arm):
    run(arm, "end signal", TIMEOUT)


def queue_per_reader(arm):
    run(arm, "two queues", TIMEOUT)


def run(arm, way, longest_wait):
    arm.launch(program, way)
    first = arm.expect("first reader")
    if way == "end signal":
        hangs.outcome(arm, first, where=None, longest_wait=TIMEOUT)
        first.leave()
        first.wait_end()
    else:
        hangs.outcome(arm, first, where=None)  # it waits for an item
        table.kill(first.pid, first.started)
        arm.event("first reader", "killed", first.pid)
        first.wait_end()
    parent = arm.expect("program")
    parent.leave()
    second = arm.expect("second reader")
    arm.record(second_reader=hangs.outcome(arm, second, "child", longest_wait=longest_wait))
    second.leave()
    second.wait_end()
    parent.wait_end()


def program(address, way):
    ways = {"one queue": use_one_queue, "end signal": end_by_signal, "two queues": use_two_queues}
    ways[way](address)


def use_one_queue(address):
    queue = Queue()
    Process(target=read, args=(address, "first reader", queue)).start()
    put_for_second(address, queue)


def put_for_second(address, queue):
    check_in(address, "program").serve()
    queue.put("item")
    second = Process(target=read, args=(address, "second reader", queue))
    second.start()
    second.join()
    queue.cancel_join_thread()


def end_by_signal(address):
    queue = Queue()
    first = Process(target=read, args=(address, "first reader", queue))
    first.start()
    # --8<-- [start:end-signal]
    queue.put(None)  # the reader ends when it gets None; no terminate()
    first.join()
    # --8<-- [end:end-signal]
    put_for_second(address, queue)


def use_two_queues(address):
    # --8<-- [start:queue-per-reader]
    queues = [Queue(), Queue()]  # a reader that is killed blocks only its own queue
    first = Process(target=read, args=(address, "first reader", queues[0]))
    first.start()
    # --8<-- [end:queue-per-reader]
    put_for_second(address, queues[1])


if __name__ == "__main__":
    main(reader_killed, reader_got_its_item, end_signal, queue_per_reader)
