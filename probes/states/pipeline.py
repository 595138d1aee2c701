"""A shell runs ``writer | reader``: are these two processes at the same time, connected by a pipe?

In the control it runs ``writer; reader``: two processes one after the other, and not connected.
"""

import os
import stat
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main, shell

LINE = "GET /missing 404"


def writer(address):
    connection = check_in(address, "writer", pipe=stat.S_ISFIFO(os.fstat(1).st_mode))
    connection.serve(say=lambda words: print(words, flush=True))


def reader(address):
    connection = check_in(address, "reader", pipe=stat.S_ISFIFO(os.fstat(0).st_mode))
    connection.serve(read=lambda: sys.stdin.readline().strip() or "the end")


def joined(arm):
    shell(arm, writer, reader)
    source, sink = arm.expect("writer"), arm.expect("reader")
    arm.record(
        processes=len({source.pid, sink.pid}),
        at_the_same_time=source.answers() and sink.answers(),
        pipes=[source.details["pipe"], sink.details["pipe"]],
    )
    source.call("say", LINE)
    arm.record(reader_reads=sink.call("read"))
    source.leave()
    source.wait_end()
    arm.record(when_the_writer_has_ended=sink.call("read"))
    sink.leave()
    sink.wait_end()


def one_after_the_other(arm):
    program = shell(arm, writer, reader, piped=False)
    source = arm.expect("writer")
    source.call("say", LINE)
    source.leave()
    source.wait_end()
    sink = arm.expect("reader")
    arm.record(
        processes=len({source.pid, sink.pid}),
        at_the_same_time=source.answers() and sink.answers(),
        reader_reads=sink.call("read"),
        the_line_went_to=["the shell's output" if program.stdout.readline().strip().decode() == LINE else "elsewhere"],
    )
    sink.leave()
    sink.wait_end()


if __name__ == "__main__":
    main(joined, one_after_the_other)
