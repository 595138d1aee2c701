"""A text is compared with the symptoms that runs recorded."""

import pytest

from procsem.explain.found import POSSIBLE
from procsem.explain.index import build, dumps, load
from procsem.explain.match import match
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


CHILD = [("/usr/lib/python3.12/multiprocessing/process.py", name) for name in ("_bootstrap", "run")]
JOIN = ("multiprocessing/process.py:join", "multiprocessing/popen_fork.py:wait", "multiprocessing/popen_fork.py:poll")
GET_ITEM = (
    GET,
    "multiprocessing/connection.py:recv_bytes",
    "multiprocessing/connection.py:_recv_bytes",
    "multiprocessing/connection.py:_recv",
)
RECEIVE = ("multiprocessing/connection.py:recv", *GET_ITEM[2:])


def of_child(*frames, error, name="Process-1"):
    return f"Process {name}:\n{traceback(*CHILD, *frames, error=error)}\n"


def test_a_child_that_was_at_work_is_not_one_that_has_put_too_much_into_a_queue():
    at_work = of_child(USER, error="KeyboardInterrupt")
    at_its_end = of_child(("/usr/lib/python3.12/multiprocessing/queues.py", "join_thread"), error="KeyboardInterrupt")
    claim = "queue/messages-not-big-data"
    assert claim in claims(hanging(*JOIN), load())
    assert claim in claims(at_its_end + hanging(*JOIN), load())
    assert claim not in claims(at_work + hanging(*JOIN), load())


def test_a_process_that_prints_where_it_was_interrupted_had_not_ended():
    claim = "primitives/get-from-dead-child"
    alive = of_child(USER, error="KeyboardInterrupt")
    failed = of_child(USER, error="ValueError: no price")
    assert claim in claims(hanging(*GET_ITEM), load())
    assert claim in claims(failed + hanging(*GET_ITEM), load())
    assert claim not in claims(alive + hanging(*GET_ITEM), load())


def test_a_wait_for_a_message_is_explained_by_a_child_that_has_failed_and_by_nothing_else():
    failed = of_child(USER, error="ValueError: no price")
    claim = "primitives/get-from-dead-child"
    assert claim in claims(failed + hanging(*RECEIVE), load())
    assert claim not in claims(hanging(*RECEIVE), load()), "the end of the pipe may be open elsewhere"


def test_workers_of_a_pool_that_was_ended_print_nothing():
    claim = "pools/result-after-with-block"
    waits = hanging("multiprocessing/pool.py:next", "threading.py:wait")
    assert claim in claims(waits, load())
    assert claim not in claims("Process ForkPoolWorker-1:\nTraceback (most recent call last):\n" + waits, load())


def test_a_message_of_few_words_counts_only_if_the_library_has_raised_it():
    claim = "creation/fork-same-environment"
    environ = ("/usr/lib/python3.12/os.py", "__getitem__")
    assert claim in claims(of_child(USER, environ, error="KeyError: 'SHOP'"), load())
    assert claim not in claims(of_child(USER, error="KeyError: 'price'"), load())


def test_an_error_of_the_main_files_top_level_in_a_child_comes_from_its_second_import():
    top = ("/home/ann/shop.py", "<module>")
    imports = [
        ("/usr/lib/python3.12/multiprocessing/spawn.py", "_fixup_main_from_path"),
        ("<frozen runpy>", "run_path"),
    ]
    exists = "FileExistsError: [Errno 17] File exists: 'export'"
    assert claims(traceback(SPAWN, *imports, top, error=exists), load()) == ["start/top-level-runs"]
    assert claims(traceback(imports[1], top, error=exists), load()) == []
    missing = traceback(SPAWN, *imports, top, error="ModuleNotFoundError: No module named 'goods'")
    assert "start/top-level-runs" not in claims(missing, load())


def test_an_error_in_an_initializer_is_known_by_the_heading_of_the_log():
    worker = ("/usr/lib/python3.12/concurrent/futures/process.py", "_process_worker")
    failed = traceback(worker, USER, error="IndexError: list index out of range")
    assert claims(f"Exception in initializer:\n{failed}", load()) == ["pools/executor-breaks-on-failing-initializer"]
    assert claims(failed, load()) == []


DUMPS = ("/usr/lib/python3.12/multiprocessing/reduction.py", "dumps")
FEED = (("/usr/lib/python3.12/multiprocessing/queues.py", "_feed"), DUMPS)


def handed_over(error):
    """Return an error of the thread that pickles tasks, and the same error as it was raised in the program."""
    link = "\n\nThe above exception was the direct cause of the following exception:\n\n"
    return traceback(*FEED, error=error) + link + traceback(USER, *FEED, error=error)


def test_an_item_of_a_queue_that_cannot_be_pickled_raises_no_error_in_the_program():
    error = "AttributeError: Can't pickle local object 'main.<locals>.<lambda>'"
    assert claims(traceback(*FEED, error=error), load())[0] == "pickling/item-not-pickled"
    assert claims(handed_over(error), load())[0] == "pickling/lambda-as-task"
    assert "pickling/item-not-pickled" not in claims(handed_over(error), load())


def test_a_local_function_that_a_constructor_has_made_belongs_to_an_argument():
    error = "AttributeError: Can't pickle local object 'WeakSet.__init__.<locals>._remove'"
    assert claims(handed_over(error), load())[0] == "pickling/argument-with-a-lock"


def test_an_exception_that_cannot_be_made_again_is_known_by_any_missing_argument():
    places = [
        ("/usr/lib/python3.11/concurrent/futures/process.py", "wait_result_broken_or_wakeup"),
        ("/usr/lib/python3.11/multiprocessing/connection.py", "recv"),
    ]
    for missing in ("1 required keyword-only argument: 'hint'", "2 required positional arguments: 'a' and 'b'"):
        error = f"TypeError: ApiError.__init__() missing {missing}"
        assert "start-methods/pool-hangs-on-exception-not-made-again" in claims(traceback(*places, error=error), load())
        assert claims(traceback(USER, error=error), load()) == []


def test_an_error_that_only_a_wait_for_a_process_raises_is_possible_without_any_frame_of_the_library():
    (found,) = match(parse(traceback(USER, error="ChildProcessError: [Errno 10] No child processes")), load())
    assert (found.entry.claim, found.score) == ("life-and-death/os-waitpid-knows-childs-pid", POSSIBLE)
    assert claims(traceback(USER, error="ProcessLookupError: [Errno 3] No such process"), load()) == []


def test_what_follows_from_a_missing_guard_is_no_cause_of_its_own():
    top = ("/home/ann/shop.py", "<module>")
    imports = ("/usr/lib/python3.12/multiprocessing/spawn.py", "_fixup_main_from_path")
    check = [
        ("/usr/lib/python3.12/multiprocessing/spawn.py", f)
        for f in ("get_preparation_data", "_check_not_importing_main")
    ]
    guard = next(entry for entry in load() if entry.type == "RuntimeError" and "bootstrapping" in entry.template)
    missing = traceback(
        SPAWN, imports, top, *check, error="\n        ".join(["RuntimeError: ", *guard.template.splitlines()])
    )
    broken = traceback(SPAWN, imports, top, error="BrokenPipeError: [Errno 32] Broken pipe")
    found = claims(f"{broken}\n{missing}", load())
    assert guard.claim in found
    assert "start/top-level-runs" not in found


def test_what_the_caller_fails_to_pickle_is_no_result_of_a_task():
    error = "_pickle.PicklingError: Can't pickle <class '__main__.Shape'>: it's not found as __main__.Shape"
    result = [
        ("/usr/lib/python3.14/concurrent/futures/_base.py", f) for f in ("result_iterator", "result", "__get_result")
    ]
    assert claims(traceback(USER, *result, error=error), load())[0] == "pickling/result-not-pickled"
    assert claims(traceback(USER, *result, *FEED, error=error), load())[0] != "pickling/result-not-pickled"


def test_the_warning_about_a_fork_beside_threads_is_only_a_possible_cause():
    warning = (
        "shop.py:7: DeprecationWarning: This process (pid=7) is multi-threaded, use of fork() may lead to deadlocks"
    )
    (found,) = match(parse(f"{warning} in the child.\n  pid = os.fork()\n"), load())
    assert (found.entry.claim, found.score) == ("start-methods/fork-beside-thread-warns", POSSIBLE)


BROKEN = traceback(
    USER,
    ("/usr/lib/python3.12/concurrent/futures/_base.py", "result"),
    ("/usr/lib/python3.12/concurrent/futures/_base.py", "__get_result"),
    error="concurrent.futures.process.BrokenProcessPool: A process in the process pool was terminated abruptly while "
    "the future was running or pending.",
)


def test_a_broken_executor_without_another_error_is_most_likely_one_whose_worker_was_killed():
    first, *others = claims(BROKEN, load())
    assert first == "start-methods/executor-breaks-with-killed-worker"
    assert "pools/executor-breaks-on-failing-initializer" in others


def test_an_error_of_the_initializer_explains_a_broken_executor_best():
    worker = ("/usr/lib/python3.12/concurrent/futures/process.py", "_process_worker")
    text = "Exception in initializer:\n" + traceback(worker, USER, error="ValueError: no price") + "\n"
    assert claims(text + BROKEN, load())[0] == "pools/executor-breaks-on-failing-initializer"


def test_a_program_that_is_interrupted_while_it_waits_for_results_may_have_tasks_that_take_long():
    in_pool = ("multiprocessing/pool.py:map", "multiprocessing/pool.py:get", "multiprocessing/pool.py:wait")
    waits = hanging(*in_pool, "threading.py:wait", "threading.py:wait")
    found = match(parse(waits), load())
    assert "start-methods/pool-loses-task-of-killed-worker" in {each.entry.claim for each in found}
    assert max(each.score for each in found) == POSSIBLE
    worker = ("/usr/lib/python3.9/multiprocessing/pool.py", "worker")
    in_a_task = of_child(worker, USER, error="KeyboardInterrupt", name="ForkPoolWorker-1")
    assert match(parse(in_a_task + waits), load()) == []


def test_a_target_that_cannot_be_pickled_is_no_item_of_a_queue():
    launch = ("/usr/lib/python3.11/multiprocessing/popen_spawn_posix.py", "_launch")
    text = traceback(USER, launch, DUMP, error="AttributeError: Can't pickle local object 'main.<locals>.work'")
    assert claims(text, load())[0] == "start-methods/lambda-or-local-function-as-target"
    assert "pickling/item-not-pickled" not in claims(text, load())


def test_a_function_that_is_called_with_the_wrong_number_of_arguments_is_known_by_the_caller():
    error = "TypeError: work() missing 1 required positional argument: 'b'"
    pool = "/usr/lib/python3.12/multiprocessing/pool.py"
    in_worker = [(pool, "worker"), (pool, "mapstar")]
    passed_on = "\n\nThe above exception was the direct cause of the following exception:\n\n" + traceback(
        USER, (pool, "map"), (pool, "get"), error=error
    )
    assert claims(traceback(*in_worker, error=error) + passed_on, load()) == ["pools/map-passes-one-argument"]
    assert claims(traceback(*in_worker, USER, error=error) + passed_on, load()) == [], "the task itself has raised it"


def test_a_result_that_is_late_has_many_reasons():
    base = "/usr/lib/python3.12/concurrent/futures/_base.py"
    (found,) = match(parse(traceback(USER, (base, "result"), error="TimeoutError")), load())
    assert (found.entry.claim, found.score) == ("pools/executor-waits-for-a-task-that-timed-out", POSSIBLE)


def test_a_message_in_a_line_of_a_log_is_known_without_a_traceback():
    line = (
        "13:38:14 ERROR shop: step failed: <class 'AssertionError'> daemonic processes are not allowed to have children"
    )
    assert "daemon/no-children" in claims(f"13:38:13 INFO shop.main: begins\n{line}\n", load())
    assert claims("13:38:14 ERROR shop.main: the children have no daemonic processes\n", load()) == []
    unrelated = traceback(USER, error="ValueError: no")
    assert claims(f"{line}\n{unrelated}", load()) == [], "the traceback is what failed"


def test_what_only_python_without_assertions_says_of_a_second_start_is_no_sign_of_one():
    launch = ("/usr/lib/python3.12/multiprocessing/popen_spawn_posix.py", "_launch")
    dump = ("/usr/lib/python3.12/multiprocessing/reduction.py", "dump")
    refused = traceback(USER, launch, dump, error="TypeError: cannot pickle 'sqlite3.Connection' object")
    assert "process-class/started-once" not in claims(refused, load())
    start = ("/usr/lib/python3.12/multiprocessing/process.py", "start")
    check = ("/usr/lib/python3.12/multiprocessing/process.py", "_check_closed")
    incomplete = "AttributeError: 'Worker' object has no attribute '_closed'. Did you mean: 'close'?"
    assert claims(traceback(USER, start, check, error=incomplete), load()) == ["process-class/subclass-must-call-init"]
    twice = "AssertionError: cannot start a process twice"
    assert claims(traceback(USER, start, error=twice), load()) == ["process-class/started-once"]


def test_a_manager_that_does_not_start_has_a_long_folder_if_its_process_says_so():
    managers, connection = (f"/usr/lib/python3.12/multiprocessing/{name}.py" for name in ("managers", "connection"))
    frames = [(managers, "start"), (connection, "recv"), (connection, "_recv_bytes"), (connection, "_recv")]
    program = traceback(USER, *frames, error="EOFError")
    scores = {
        error: {each.entry.claim: each.score for each in match(parse(error and f"{error}\n\n{program}"), load())}
        for error in (
            traceback((managers, "_run_server"), (connection, "__init__"), error="OSError: AF_UNIX path too long"),
            traceback((managers, "_run_server"), USER, error="ValueError: no such account"),
        )
    }
    long_folder, *others = scores.values()
    assert long_folder["managers/long-temporary-folder"] > POSSIBLE
    assert others == [{}], "the initializer of the manager has failed"
    (alone,) = match(parse(program), load())
    assert (alone.entry.claim, alone.score) == ("managers/long-temporary-folder", POSSIBLE)
