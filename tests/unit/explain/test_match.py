"""A text is compared with the symptoms that runs recorded."""

import pytest

from procsem.explain.index import build, dumps, load
from procsem.explain.match import POSSIBLE, match
from procsem.explain.traceback_text import parse
from procsem.model import CellResult, Environment, Observation, Run, Symptom, SymptomKind, Verdict

PICKLE = ("multiprocessing/popen_spawn_posix.py:_launch", "multiprocessing/reduction.py:dump")
LAMBDA = Symptom(
    SymptomKind.EXCEPTION, "parent", "PicklingError", "Can't pickle local object 'f.<locals>.<lambda>'", PICKLE
)
REBUILD = Symptom(
    SymptomKind.EXCEPTION,
    "child",
    "FileNotFoundError",
    "[Errno 2] No such file or directory",
    ("multiprocessing/spawn.py:_main", "multiprocessing/synchronize.py:__setstate__"),
)
WAITS = Symptom(
    SymptomKind.STACK, "parent", frames=("multiprocessing/synchronize.py:set", "multiprocessing/synchronize.py:notify")
)
THREADS = Symptom(
    SymptomKind.WARNING, "parent", "DeprecationWarning", "This process (pid=1) is multi-threaded, use of fork() is bad"
)


def a_run(environment, symptoms, method="spawn", **facts):
    cells = tuple(
        CellResult(
            claim, method, Verdict.UPHELD, Verdict.UPHELD, True, "", 0.1, {"experiment": Observation({}, (), each)}
        )
        for claim, each in symptoms.items()
    )
    return Run(Environment({**environment.facts, **facts}), "2026-01-02T03:04:05", 1.0, cells)


@pytest.fixture
def entries(environment):
    symptoms = {
        "a/lambda": (LAMBDA,),
        "a/dropped": (REBUILD,),
        "a/mixed": (REBUILD,),
        "a/waits": (WAITS,),
        "a/threads": (THREADS,),
    }
    return build([a_run(environment, symptoms)])


def traceback(*frames, error):
    lines = [f'  File "{file}", line 3, in {function}' for file, function in frames]
    return "\n".join(["Traceback (most recent call last):", *lines, error])


USER = ("/home/ann/shop.py", "main")
DUMP = ("/usr/lib/python3.14/multiprocessing/reduction.py", "dump")
LAUNCH = ("/usr/lib/python3.14/multiprocessing/popen_spawn_posix.py", "_launch")
SETSTATE = ("/usr/lib/python3.12/multiprocessing/synchronize.py", "__setstate__")
SPAWN = ("/usr/lib/python3.12/multiprocessing/spawn.py", "_main")


def claims(text, entries):
    return [each.entry.claim for each in match(parse(text), entries)]


def test_an_exception_is_found_whatever_the_names_in_it(entries):
    text = traceback(
        USER, LAUNCH, DUMP, error="_pickle.PicklingError: Can't pickle local object 'Shop.run.<locals>.<lambda>'"
    )
    (found,) = match(parse(text), entries)
    assert found.entry.claim == "a/lambda"
    assert found.user_frame.file == "/home/ann/shop.py"


def test_two_claims_that_share_a_symptom_are_both_found(entries):
    text = traceback(SPAWN, SETSTATE, error="FileNotFoundError: [Errno 2] No such file or directory")
    assert claims(text, entries) == ["a/dropped", "a/mixed"]


@pytest.mark.parametrize(
    "text",
    [
        traceback(USER, error="FileNotFoundError: [Errno 2] No such file or directory"),
        traceback(USER, ("/usr/lib/python3.12/json/decoder.py", "decode"), error="ValueError: no"),
        traceback(USER, error="_pickle.PicklingError: Can't pickle local object 'f.<locals>.<lambda>'"),
        "FileNotFoundError: [Errno 2] No such file or directory",
        traceback(USER, ("/usr/lib/python3.12/threading.py", "wait"), error="KeyboardInterrupt"),
    ],
)
def test_what_has_nothing_to_do_with_processes_is_not_matched(entries, text):
    assert claims(text, entries) == []


def test_a_hang_is_found_by_its_stack(entries):
    notify = ("/usr/lib/python3.9/multiprocessing/synchronize.py", "notify")
    text = traceback(USER, (notify[0], "set"), notify, error="KeyboardInterrupt")
    assert claims(text, entries) == ["a/waits"]


def test_a_warning_is_found(entries):
    text = "/home/ann/shop.py:7: DeprecationWarning: This process (pid=99) is multi-threaded, use of fork() is bad"
    assert claims(text, entries) == ["a/threads"]


def test_the_index_says_where_a_symptom_was_seen(environment):
    runs = [
        a_run(environment, {"a/lambda": (LAMBDA,)}),
        a_run(environment, {"a/lambda": (LAMBDA,)}, method="forkserver", python="3.9.18"),
    ]
    (entry,) = build(runs)
    assert entry.start_methods == ("spawn", "forkserver")
    assert entry.pythons == ("cpython 3.9", "cpython 3.14")


def test_the_index_file_is_read_as_it_was_written(tmp_path, entries):
    file = tmp_path / "symptoms.json"
    file.write_text(dumps(entries), encoding="utf-8")
    assert load(file) == entries


def test_a_match_names_every_start_method_with_the_message(environment):
    other = Symptom(
        LAMBDA.kind, LAMBDA.where, LAMBDA.type, LAMBDA.text, ("multiprocessing/popen_forkserver.py:_launch",)
    )
    runs = [
        a_run(environment, {"a/lambda": (LAMBDA,)}),
        a_run(environment, {"a/lambda": (other,)}, method="forkserver"),
    ]
    text = traceback(USER, LAUNCH, DUMP, error="PicklingError: Can't pickle local object 'f.<locals>.g'")
    (found,) = match(parse(text), build(runs))
    assert found.entry.start_methods == ("spawn", "forkserver")


GET = "multiprocessing/queues.py:get"
SET_IN_HANDLER = Symptom(SymptomKind.STACK, "parent", frames=("multiprocessing/synchronize.py:wait", *WAITS.frames))


def hanging(*names):
    """Return what Ctrl-C prints for a program that hangs in these functions of the standard library."""
    frames = [(f"/usr/lib/python3.9/{file}", function) for file, _, function in (name.partition(":") for name in names)]
    return traceback(USER, *frames, error="KeyboardInterrupt")


def test_of_two_stacks_the_one_with_more_frames_explains_better(environment):
    entries = build([a_run(environment, {"a/waits": (WAITS,), "b/handler": (SET_IN_HANDLER,)})])
    assert claims(hanging(*SET_IN_HANDLER.frames), entries) == ["b/handler", "a/waits"]
    assert claims(hanging(*WAITS.frames), entries) == ["a/waits"]


def test_a_stack_counts_from_where_the_programs_code_begins(environment):
    started = ("threading.py:_bootstrap", "threading.py:run", GET, "multiprocessing/connection.py:_recv")
    entries = build([a_run(environment, {"a/get": (Symptom(SymptomKind.STACK, "parent", frames=started),)})])
    assert entries[0].frames == started[2:]
    assert claims(hanging(*started[2:]), entries) == ["a/get"]
    assert claims(hanging(GET, "selectors.py:select", started[3]), entries) == [], "another function is in between"


def test_a_worker_that_waits_for_its_next_task_is_no_hang(environment):
    frames = (GET, "multiprocessing/synchronize.py:__enter__")
    entries = build([a_run(environment, {"a/get": (Symptom(SymptomKind.STACK, "child", frames=frames),)})])
    assert claims(hanging(*frames), entries) == ["a/get"]
    assert claims(hanging("multiprocessing/process.py:run", "multiprocessing/pool.py:worker", *frames), entries) == []


def test_a_hang_is_silent_or_its_children_print_tracebacks(environment):
    stack = Symptom(SymptomKind.STACK, "parent", frames=("multiprocessing/pool.py:wait",))
    worker = ("multiprocessing/process.py:run", "multiprocessing/pool.py:worker")
    failed = Symptom(SymptomKind.EXCEPTION, "child", "OSError", "no database", worker)
    entries = build([a_run(environment, {"a/failing": (stack, failed), "b/silent": (stack,)})])
    hang = hanging("multiprocessing/pool.py:wait")
    assert claims(hang, entries) == ["b/silent", "a/failing"]
    frames = [
        (f"/usr/lib/python3.9/{file}", function) for file, _, function in (name.partition(":") for name in worker)
    ]
    printed = traceback(*frames, USER, error="KeyError: 'no such shop'")
    assert claims(f"Process SpawnPoolWorker-1:\n{printed}\n{hang}", entries) == ["a/failing", "b/silent"]


def test_a_stack_in_the_handler_of_an_error_needs_that_error(environment):
    collect = Symptom(SymptomKind.STACK, "parent", "TimeoutExpired", frames=("subprocess.py:communicate",))
    entries = build([a_run(environment, {"a/collect": (collect,)})])
    during = "\n\nDuring handling of the above exception, another exception occurred:\n\n"
    hang = hanging("subprocess.py:communicate")
    assert claims(traceback(USER, error="subprocess.TimeoutExpired: 1 s") + during + hang, entries) == ["a/collect"]
    assert claims(traceback(USER, error="ValueError: no") + during + hang, entries) == []
    assert claims(hang, entries) == [], "any slow command that is interrupted"


def test_more_lines_may_follow_a_known_message(entries):
    error = "_pickle.PicklingError: Can't pickle local object 'f.<locals>.<lambda>'\nwhile the orders were sent"
    assert claims(traceback(USER, LAUNCH, DUMP, error=f"{error}"), entries) == ["a/lambda"]
    assert claims(traceback(USER, LAUNCH, DUMP, error=error.replace("'\n", "' again\n")), entries) == []


def test_a_worker_that_fails_after_a_patch_may_have_called_the_original(environment):
    patch = Symptom(SymptomKind.SILENCE, "child", text="the real function is called")
    entries = build([a_run(environment, {"state/patch-reaches-child": (patch,)})])
    worker = ("/usr/lib/python3.14/concurrent/futures/process.py", "_process_worker")
    failed = traceback(worker, USER, error="ConnectionError: no network in tests")
    patched = '    monkeypatch.setattr(shop, "fetch_price", len)\n'
    (found,) = match(parse(patched + failed), entries)
    assert (found.entry.claim, found.score) == ("state/patch-reaches-child", POSSIBLE)
    assert claims(failed, entries) == []
    assert claims(patched + traceback(USER, error="ConnectionError: no network"), entries) == []


@pytest.mark.parametrize(
    ("error", "frames", "claim"),
    [
        ("TypeError: cannot pickle '_thread.lock' object", [("pool.py", "_handle_tasks"), ("reduction.py", "dumps")],
         "pickling/argument-with-a-lock"),
        ("_pickle.PicklingError: Can't pickle <class '__main__.Row'>: attribute lookup Row on __main__ failed",
         [("queues.py", "_feed"), ("reduction.py", "dumps")], "pickling/argument-with-a-lock"),
        ("multiprocessing.pool.MaybeEncodingError: Error sending result: '<Cursor>'. Reason: 'TypeError('no')'",
         [("pool.py", "map"), ("pool.py", "get")], "pickling/result-not-pickled"),
        ("TypeError: ApiError.__init__() missing 1 required positional argument: 'reason'",
         [("pool.py", "_handle_results"), ("connection.py", "recv")],
         "start-methods/pool-hangs-on-exception-not-made-again"),
        ("KeyboardInterrupt", [("pool.py", "next"), ("../threading.py", "wait")], "pools/result-after-with-block"),
    ],
)  # fmt: skip
def test_a_symptom_is_found_on_a_way_that_was_not_recorded(error, frames, claim):
    places = [
        (f"/usr/lib/python3.12/multiprocessing/{file}".replace("multiprocessing/../", ""), f) for file, f in frames
    ]
    assert claim in claims(traceback(USER, *places, error=error), load())


def test_what_another_program_fails_to_pickle_is_not_matched():
    pickle = ("/usr/lib/python3.12/pickle.py", "dumps")
    assert claims(traceback(USER, pickle, error="TypeError: cannot pickle '_thread.lock' object"), load()) == []
