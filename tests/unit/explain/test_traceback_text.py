"""Tracebacks are read out of text, whatever printed them."""

import json

import pytest

from procsem.explain.parsed import Frame, Link
from procsem.explain.traceback_text import parse

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
MISSING_GUARD = "".join(GUARD.splitlines(keepends=True)[:10])
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

IPYTHON = """\
---------------------------------------------------------------------------
AttributeError                            Traceback (most recent call last)
Cell In[1], line 1
----> 1 main()

File ~/shop.py:9, in main()
      7     return x + 1
      8 p = multiprocessing.Process(target=lambda: 1)
----> 9 p.start()

File /usr/lib/python3.11/multiprocessing/popen_spawn_posix.py:47, in Popen._launch(self, process_obj)
     46     reduction.dump(prep_data, fp)
---> 47     reduction.dump(process_obj, fp)

AttributeError: Can't pickle local object 'main.<locals>.<lambda>'
"""
IPYTHON_7 = """\
AttributeError                            Traceback (most recent call last)
<ipython-input-1-263240bbee7e> in <module>
----> 1 main()

~/shop.py in main()
      8 p = multiprocessing.Process(target=lambda: 1)
----> 9 p.start()

/usr/lib/python3.9/multiprocessing/popen_spawn_posix.py in _launch(self, process_obj)
---> 47     reduction.dump(process_obj, fp)

AttributeError: Can't pickle local object 'main.<locals>.<lambda>'
"""
RICH_NARROW = """\
              ╭────── Traceback (most recent call last) ───────╮
              │ /usr/lib/python3.11/multiprocessing/reduction. │
              │ py:2                                           │
              │ 07 in dump                                     │
              │                                                │
              │ ❱ 207 │   ForkingPickler(file).dump(obj)       │
              ╰────────────────────────────────────────────────╯
              RuntimeError: A SemLock created in a fork context
              is being shared with a process in a spawn context.
              This is not supported.
              [NOTE] when serializing tuple item 0
12:00:01 INFO the program's next line
"""
GROUP = """\
  + Exception Group Traceback (most recent call last):
  |   File "/home/ann/shop.py", line 20, in <module>
  |     asyncio.run(main())
  | ExceptionGroup: unhandled errors in a TaskGroup (2 sub-exceptions)
  +-+---------------- 1 ----------------
    | Traceback (most recent call last):
    |   File "/home/ann/shop.py", line 9, in main
    |     p.start()
    | PicklingError: Can't pickle local object
    | when serializing tuple item 0
    +---------------- 2 ----------------
    | Traceback (most recent call last):
    |   File "/home/ann/shop.py", line 11, in main
    |     [][1]
    | IndexError: list index out of range
    +------------------------------------
"""

FORMATS = ("pytest", "rich", "IPython", "IPython 7")


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


@pytest.mark.parametrize("text_and_line", [(PYTEST, 5), (RICH, 9), (IPYTHON, 9), (IPYTHON_7, 9)], ids=FORMATS)
def test_other_programs_formats(text_and_line):
    text, user_line = text_and_line
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


def test_ipython_names_functions_without_their_classes_and_cells_as_files():
    cell, main, launch = only(IPYTHON).frames
    assert (cell.file, cell.line, cell.function) == ("Cell In[1]", 1, None)
    assert (main.function, main.code) == ("main", "p.start()")
    assert launch.function == "_launch"


def test_what_rich_has_wrapped_is_put_together():
    found = only(RICH_NARROW)
    assert [(frame.library, frame.line) for frame in found.frames] == [("multiprocessing/reduction.py", 207)]
    assert found.message.splitlines() == [
        "A SemLock created in a fork context is being shared with a process in a spawn context. This is not supported.",
        "when serializing tuple item 0",
    ]


@pytest.mark.parametrize("prefix", ["", "app-1  | "])
def test_the_members_of_an_exception_group_are_exceptions_of_their_own(prefix):
    group, pickling, index = parse("".join(prefix + line for line in GROUP.splitlines(keepends=True))).exceptions
    assert (group.type, group.user_frame.line) == ("ExceptionGroup", 20)
    assert (pickling.message.splitlines()[1], pickling.user_frame.line) == ("when serializing tuple item 0", 9)
    assert (index.message, index.user_frame.line) == ("list index out of range", 11)


@pytest.mark.parametrize(
    "line",
    [
        json.dumps({"level": "error", "msg": "failed", "exc_info": PLAIN}),
        f'time=12:00 level=ERROR exc="{PLAIN!r}"',
        "2026-01-02 ERROR " + PLAIN.replace("\n", "\\n"),
    ],
    ids=["JSON", "repr", "plain"],
)
def test_a_traceback_that_a_log_writes_as_one_line_is_read(line):
    assert [frame.function for frame in only(line).frames] == ["_bootstrap", "divide"]


@pytest.mark.parametrize("prefix", ["    ", "app-1  |     "])
def test_indentation_of_the_whole_traceback_is_removed(prefix):
    assert (
        only("".join(prefix + line + "\n" for line in MISSING_GUARD.splitlines())).message
        == only(MISSING_GUARD).message
    )


def test_a_traceback_without_its_heading_and_its_first_lines_is_read():
    (found,) = parse("".join(PLAIN.splitlines(keepends=True)[3:])).exceptions
    assert (found.type, [frame.function for frame in found.frames]) == ("ZeroDivisionError", ["divide"])


def test_frames_without_a_heading_end_where_a_traceback_begins():
    stack_of_a_log = 'Call stack:\n  File "/home/ann/shop.py", line 2, in log\nMessage: no\nArguments: ()\n'
    assert only(stack_of_a_log + MISSING_GUARD).message == only(MISSING_GUARD).message


@pytest.mark.parametrize("prefix", ["app-1  | ", "2026-01-02T03:04:05.678Z ", "Nov 29 20:13:01 host app[7]: "])
def test_prefixes_of_a_stack_dump_are_removed(prefix):
    text = "".join(prefix + line + "\n" for line in FAULTHANDLER.splitlines())
    assert [stack.frames for stack in parse(text).stacks] == [stack.frames for stack in parse(FAULTHANDLER).stacks]


def test_a_line_of_another_process_does_not_end_a_stack():
    head, wait = FAULTHANDLER.split('  File "/home/ann', 1)
    (*_, stack) = parse(f'{head}12:00:01 INFO GET /health 200\n  File "/home/ann{wait}').stacks
    assert [frame.function for frame in stack.frames] == ["main", "set", "notify"]


def test_a_text_without_a_traceback_names_exceptions():
    (named,) = parse("12:00 ERROR worker-1: job failed: _pickle.PicklingError: Can't pickle it\n").named
    assert (named.type, named.message) == ("PicklingError", "Can't pickle it")
    assert parse(PLAIN).named == ()


def test_copies_of_multiprocessing_in_other_packages_are_taken_for_it():
    path = "/home/ann/.venv/lib/python3.12/site-packages/multiprocess/popen_fork.py"
    assert Frame(path, 66).library == "multiprocessing/popen_fork.py"
    assert Frame(path.replace("multiprocess/", "requests/"), 66).library is None


def test_a_stack_that_a_log_writes_as_one_line_is_read():
    text = json.dumps({"level": "error", "stack": FAULTHANDLER})
    assert [stack.frames for stack in parse(text).stacks] == [stack.frames for stack in parse(FAULTHANDLER).stacks]
