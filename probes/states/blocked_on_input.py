"""In a pipeline the reader has nothing to read: it does not run at all, however long that lasts, until there is a line.

Fed without a pause it does run.
"""

import os
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import TIMEOUT, check_in, main, shell, table

HOW_LONG = 0.1  # seconds of CPU time that the probe spends meanwhile
FED = 0.05  # seconds of CPU time in which a reader that is fed is seen to run


def writer(address):
    """Write a line when told; or write all the time."""

    def say(words):
        print(words, flush=True)

    def feed():
        """Goes on beside, until the reader has gone."""
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
    """As grep does: read line after line, and show those that are asked for, until there are no more."""
    line = check_in(address, "reader")
    for text in sys.stdin:
        if "404" in text:
            print(text, end="", flush=True)
    line.serve()


def begin(arm):
    import psutil

    pipeline = shell(arm, writer, reader)
    source, sink = arm.expect("writer"), arm.expect("reader")
    source.call("say", "first 404")
    pipeline.stdout.readline()  # it has read, and will go on to read
    if sys.platform != "win32":
        sink.wait_state("sleeping")
    process = psutil.Process(sink.pid)
    return pipeline, source, sink, process


def spent(process):
    times = process.cpu_times()
    return times.user + times.system


def end(source, sink):
    source.leave()
    source.wait_end()
    sink.leave()
    sink.wait_end()


def waiting(arm):
    pipeline, source, sink, process = begin(arm)
    before, switches = spent(process), sum(process.num_ctx_switches())
    began = time.process_time()
    while time.process_time() - began < HOW_LONG:
        pass
    arm.record(
        # Windows has states of threads alone.
        state=sink.read_state() if sys.platform != "win32" else "not kept",
        ran_for_seconds=round(spent(process) - before, 3),
        came_to_run=sum(process.num_ctx_switches()) - switches,
    )
    source.call("say", "second 404")
    arm.record(when_fed_it_reads=pipeline.stdout.readline().strip().decode())
    end(source, sink)


def fed(arm):
    _, source, sink, process = begin(arm)
    before = spent(process)
    source.call("feed")
    table.wait_for(lambda: spent(process) - before >= FED, TIMEOUT, "the reader's running")
    arm.record(ran_for_seconds=round(spent(process) - before, 3))
    end(source, sink)


if __name__ == "__main__":
    main(waiting, fed)
