"""Tracebacks are read out of text, whatever printed them."""

import pytest

from procsem.explain.traceback_text import Link, parse

PLAIN = """\
Process SpawnProcess-1:
Traceback (most recent call last):
  File "/usr/lib/python3.14/multiprocessing/process.py", line 320, in _bootstrap
    self.run()
    ~~~~~~~~^^
  File "/home/ann/shop.py", line 5, in divide
    return 1 / number
           ~~^~~~~~~~
ZeroDivisionError: division by zero
"""
CHAINED = '''\
multiprocessing.pool.RemoteTraceback: 
"""
Traceback (most recent call last):
  File "/usr/lib/python3.9/multiprocessing/pool.py", line 125, in worker
    result = (True, func(*args, **kwds))
  File "shop.py", line 3, in check
    raise LookupError("no " + value)
LookupError: no bread
"""

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "shop.py", line 6, in <module>
    pool.map(check, ["bread"])
  File "/usr/lib/python3.9/multiprocessing/pool.py", line 771, in get
    raise self._value
LookupError: no bread
'''  # noqa: W291 - Python prints the blank
INTERLEAVED = """\
Process SpawnProcess-2:
Process SpawnProcess-1:
Traceback (most recent call last):
Traceback (most recent call last):
  File "/opt/pypy3/lib/pypy3.11/multiprocessing/process.py", line 314, in _bootstrap
    self.run()
  File "/opt/pypy3/lib/pypy3.11/multiprocessing/process.py", line 314, in _bootstrap
    self.run()
  File "/home/ann/shop.py", line 5, in divide
  File "/home/ann/shop.py", line 5, in divide
    return 1 / number
    return 1 / number
ZeroDivisionError: division by zero
ZeroDivisionError: division by zero
"""
PYTEST = """\
_______________________________ test_pool ________________________________

    def test_pool():
        with multiprocessing.get_context("spawn").Pool(1) as p:
>           assert p.map(lambda x: x, [1]) == [1]
                   ^^^^^^^^^^^^^^^^^^^^^^^

test_x.py:5:
_ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _
/usr/lib/python3.11/multiprocessing/pool.py:367: in map
    return self._map_async(func, iterable, mapstar, chunksize).get()
_ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _

>       cls(buf, protocol).dump(obj)
E       AttributeError: Can't pickle local object 'test_pool.<locals>.<lambda>'

/usr/lib/python3.11/multiprocessing/reduction.py:51: AttributeError
"""
RICH = """\
╭──────────────────── Traceback (most recent call last) ─────────────────────╮
│ /home/ann/shop.py:9 in main                                                │
│                                                                            │
│    8 │   p = multiprocessing.Process(target=lambda: 1)                     │
│ ❱  9 │   p.start()                                                         │
│                                                                            │
│ /usr/lib/python3.11/multiprocessing/popen_spawn_posi                       │
│ x.py:47 in _launch                                                         │
│                                                                            │
│ ❱ 47 │   │   │   reduction.dump(process_obj, fp)                           │
╰────────────────────────────────────────────────────────────────────────────╯
AttributeError: Can't pickle local object 'main.<locals>.<lambda>'
"""
NOTES = """\
Traceback (most recent call last):
  File "C:\\shop\\main.py", line 11, in <module>
  File "C:\\Python314\\Lib\\multiprocessing\\context.py", line 402, in assert_spawning
    raise RuntimeError(
    ...<2 lines>...
        )
RuntimeError: Queue objects should only be shared between processes through inheritance
when serializing tuple item 0
when serializing tuple item 3
and this is the program's own output
"""
GUARD = """\
Traceback (most recent call last):
  File "<string>", line 1, in <module>
  File "/usr/lib/python3.14/multiprocessing/spawn.py", line 140, in _check_not_importing_main
    raise RuntimeError('''
RuntimeError:
        An attempt has been made to start a new process before the
        current process has finished its bootstrapping phase.

        To fix this issue, refer to the "Safe importing of main module"
        section in the documentation
Traceback (most recent call last):
  File "shop.py", line 4, in <module>
ConnectionResetError: [Errno 104] Connection reset by peer
"""
FAULTHANDLER = """\
Timeout (0:00:05)!
Thread 0x00007f0e5ffff6c0 (most recent call first):
  File "/usr/lib/python3.11/threading.py", line 327 in wait
  File "/usr/lib/python3.11/multiprocessing/pool.py", line 114 in worker

Thread 0x00007f0e7d2e1740 (most recent call first):
  File "/usr/lib/python3.11/multiprocessing/synchronize.py", line 297 in notify
  File "/usr/lib/python3.11/multiprocessing/synchronize.py", line 345 in set
  File "/home/ann/shop.py", line 15 in main
"""
PY_SPY = """\
Process 7: python shop.py
Python v3.11.7 (/usr/bin/python3.11)

Thread 7 (idle): "MainThread"
    notify (multiprocessing/synchronize.py:297)
    set (multiprocessing/synchronize.py:345)
    main (shop.py:15)
"""


def only(text):
    (exception,) = parse(text).exceptions
    return exception


def test_a_traceback_gives_its_process_type_message_and_frames():
    found = only(PLAIN)
    assert (found.process, found.type, found.message) == ("SpawnProcess-1", "ZeroDivisionError", "division by zero")
    assert [frame.function for frame in found.frames] == ["_bootstrap", "divide"]
    assert found.frames[1].code == "return 1 / number"
    assert found.frames[0].library == "multiprocessing/process.py"
    assert (found.user_frame.file, found.user_frame.line) == ("/home/ann/shop.py", 5)


def test_a_chain_gives_each_exception_with_its_link():
    remote, local = parse(CHAINED).exceptions
    assert (remote.link, local.link) == (Link.NONE, Link.CAUSE)
    assert (remote.user_frame.line, local.user_frame.line) == (3, 6)


def test_the_same_traceback_of_two_interleaved_processes_is_put_together():
    for found in parse(INTERLEAVED).exceptions:
        assert found.type == "ZeroDivisionError"
        assert [frame.function for frame in found.frames] == ["_bootstrap", "divide"]


@pytest.mark.parametrize(("text", "user_line"), [(PYTEST, 5), (RICH, 9)], ids=["pytest", "rich"])
def test_other_programs_formats(text, user_line):
    found = only(text)
    assert found.type == "AttributeError"
    assert found.message.startswith("Can't pickle local object")
    assert found.user_frame.line == user_line
    assert found.frames[-1].library in {"multiprocessing/reduction.py", "multiprocessing/popen_spawn_posix.py"}


def test_notes_belong_to_the_message_and_output_that_follows_does_not():
    found = only(NOTES)
    assert found.message.splitlines()[1:] == ["when serializing tuple item 0", "when serializing tuple item 3"]
    assert found.frames[1].library == "multiprocessing/context.py"


def test_a_message_of_several_paragraphs_ends_at_the_next_traceback():
    guard, reset = parse(GUARD).exceptions
    assert guard.message.startswith("An attempt has been made")
    assert guard.message.endswith("section in the documentation")
    assert reset.type == "ConnectionResetError"


@pytest.mark.parametrize("prefix", ["worker-1  | ", "2026-01-02 03:04:05,678 ERROR ", "> ", "\x1b[31m"])
def test_prefixes_and_colours_are_removed(prefix):
    text = "".join(prefix + line + "\n" for line in PLAIN.splitlines())
    assert only(text).frames == only(PLAIN).frames


def test_a_warning_gives_its_category_and_place():
    text = "/home/ann/shop.py:7: DeprecationWarning: This process (pid=9) is multi-threaded, use of fork() may ...\n"
    (warning,) = parse(text).warnings
    assert (warning.category, warning.file, warning.line) == ("DeprecationWarning", "/home/ann/shop.py", 7)


@pytest.mark.parametrize(
    "text",
    [FAULTHANDLER, FAULTHANDLER.replace("call first", "call first, approximate line numbers"), PY_SPY],
    ids=["faulthandler", "faulthandler of PyPy", "py-spy"],
)
def test_a_stack_dump_gives_each_threads_frames_the_outermost_first(text):
    stack = parse(text).stacks[-1]
    assert [frame.function for frame in stack.frames] == ["main", "set", "notify"]
    assert stack.frames[-1].library == "multiprocessing/synchronize.py"
    assert parse(text).exceptions == ()


@pytest.mark.parametrize(
    "text",
    ["", "all is well\n", "Error: no such file\n", "ValueError: printed by the program\n", "File names: a, b\n" * 3],
)
def test_text_without_a_traceback_gives_nothing(text):
    assert parse(text).exceptions == ()


def test_a_heading_belongs_to_the_traceback_of_a_child():
    process = "/usr/lib/python3.12/multiprocessing/process.py"
    text = f"""\
Process Process-1:
Traceback (most recent call last):
  File "/home/ann/shop.py", line 9, in <module>
    main()
KeyboardInterrupt
Traceback (most recent call last):
  File "{process}", line 314, in _bootstrap
    self.run()
  File "/home/ann/shop.py", line 3, in work
    wait()
KeyboardInterrupt
"""
    parent, child = parse(text).exceptions
    assert (parent.process, child.process) == (None, "Process-1")


def test_frames_follow_the_heading_that_was_printed_last():
    process = "/usr/lib/python3.12/multiprocessing/process.py"
    text = f"""\
Process Process-1:
Traceback (most recent call last):
  File "{process}", line 314, in _bootstrap
Traceback (most recent call last):
  File "/home/ann/shop.py", line 9, in <module>
  File "/home/ann/shop.py", line 5, in main
KeyError: 'price'
"""
    (error,) = parse(text).exceptions
    assert ([frame.function for frame in error.frames], error.process) == (["<module>", "main"], None)
