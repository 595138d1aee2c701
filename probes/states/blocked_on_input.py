"""The reader of a pipeline has nothing to read: does it run at all before there is a line?

In the control it is fed without a pause, and it does run.
"""

import os
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import TIMEOUT, check_in, main, shell, table

HOW_LONG = 0.1  # seconds of CPU time that the probe uses while the reader waits
FED = 0.05  # seconds of CPU time that a fed reader must use


def writer(address):
    """Write a line when told to, or write without a pause."""

    def say(words):
        print(words, flush=True)

    def feed():
        """Write in a thread until the reader has gone."""
        threading.Thread(target=pour, daemon=True).start()

    def pour():
        lines = b"some line\n" * 1000
        try:
            while True:
                os.write(1, lines)
        except OSError:
            pass

    check_in(address, "writer").serve(say=say, feed=feed)


def reader(address):
    """Read all lines and print those with 404, as grep does."""
    connection = check_in(address, "reader")
    for text in sys.stdin:
        if "404" in text:
            print(text, end="", flush=True)
    connection.serve()


def begin(arm):
    import psutil

    pipeline = shell(arm, writer, reader)
    source, sink = arm.expect("writer"), arm.expect("reader")
    source.call("say", "first 404")
    pipeline.stdout.readline()  # the reader has read it, and reads on
    if sys.platform != "win32":
        sink.wait_state("sleeping")
    process = psutil.Process(sink.pid)
    return pipeline, source, sink, process


def cpu_time(process):
    times = process.cpu_times()
    return times.user + times.system


def end(source, sink):
    source.leave()
    source.wait_end()
    sink.leave()
    sink.wait_end()


def waiting(arm):
    pipeline, source, sink, process = begin(arm)
    before, switches = cpu_time(process), sum(process.num_ctx_switches())
    began = time.process_time()
    while time.process_time() - began < HOW_LONG:
        pass
    arm.record(
        # On Windows only threads have states.
        state=sink.read_state() if sys.platform != "win32" else "not kept",
        ran_for_seconds=round(cpu_time(process) - before, 3),
        came_to_run=sum(process.num_ctx_switches()) - switches,
    )
    source.call("say", "second 404")
    arm.record(when_fed_it_reads=pipeline.stdout.readline().strip().decode())
    end(source, sink)


def fed(arm):
    _, source, sink, process = begin(arm)
    before = cpu_time(process)
    source.call("feed")
    table.wait_for(lambda: cpu_time(process) - before >= FED, TIMEOUT, "the reader to run")
    arm.record(ran_for_seconds=round(cpu_time(process) - before, 3))
    end(source, sink)


if __name__ == "__main__":
    main(waiting, fed)
