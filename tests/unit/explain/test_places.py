"""Causes are recognized by where a program failed or was interrupted."""

import pytest

from procsem.explain.found import POSSIBLE
from procsem.explain.index import load
from procsem.explain.match import match
from procsem.explain.traceback_text import parse

CHILD = [("multiprocessing/process.py", "_bootstrap", "self.run()"), ("multiprocessing/process.py", "run", "target()")]
JOIN = [("multiprocessing/process.py", "join", "wait()"), ("multiprocessing/popen_fork.py", "poll", "waitpid()")]
GET = [
    ("multiprocessing/queues.py", "get", "res = self._recv_bytes()"),
    ("multiprocessing/connection.py", "recv_bytes", "buf = self._recv_bytes(maxlength)"),
    ("multiprocessing/connection.py", "_recv_bytes", "buf = self._recv(4)"),
]
RECV = [("multiprocessing/connection.py", "recv", "buf = self._recv_bytes()"), GET[-1]]
TAKE = [("multiprocessing/synchronize.py", "__enter__", "return self._semlock.__enter__()")]
RESULT = [("concurrent/futures/_base.py", "result", "wait()"), ("threading.py", "wait", "waiter.acquire()")]


def user(code):
    return ("/home/ann/shop.py", "work", code)


def traceback(*frames, error="KeyboardInterrupt", name=None):
    lines = [f"Process {name}:"] if name else []
    lines.append("Traceback (most recent call last):")
    for file, function, code in frames:
        file = file if file.startswith("/") else f"/usr/lib/python3.12/{file}"
        lines += [f'  File "{file}", line 3, in {function}', f"    {code}"]
    return "\n".join([*lines, error, ""])


def child(*frames, **options):
    return traceback(*CHILD, *frames, name="Process-1", **options)


def found(text):
    return {each.entry.claim: each.score for each in match(parse(text), load())}


JOINS = traceback(user("process.join()"), *JOIN)


@pytest.mark.parametrize("code", ["with _lock:", "with self.cache.lock:", "with locks[name]:"])
def test_a_child_that_waits_for_a_lock_of_its_own_may_be_a_fork_of_a_process_whose_thread_held_it(code):
    scores = found(JOINS + child(user(code)))
    assert scores["start-methods/lock-freed-by-its-thread"] > POSSIBLE
    assert "queue/messages-not-big-data" not in scores, "the wait for the child follows from it"


def test_acquire_may_be_that_of_a_lock_of_threads_or_of_processes():
    scores = found(JOINS + child(user("if lock.acquire():")))
    claims = ["process-class/terminate-deadlocks-others", "start-methods/lock-freed-by-its-thread"]
    assert {claim: scores.get(claim) for claim in claims} == dict.fromkeys(claims, POSSIBLE)


@pytest.mark.parametrize("code", ["with open(path) as file:", "time.sleep(1)", "with pool.connect() as database:"])
def test_a_child_that_is_at_work_waits_for_no_lock(code):
    assert found(JOINS + child(user(code))) == {}


def test_a_wait_for_a_lock_outside_a_child_has_other_causes():
    assert found(traceback(user("with _lock:"))) == {}


def test_a_child_that_waits_for_the_result_of_a_thread_may_lack_the_thread():
    scores = found(traceback(user("queue.get()"), *GET) + child(user("IO.submit(len).result()"), *RESULT))
    assert scores == {"start-methods/thread-pool-in-child": POSSIBLE}, "or the thread is still at work"
    assert "start-methods/thread-pool-in-child" not in found(traceback(user("IO.submit(len).result()"), *RESULT))


def test_who_waits_for_a_lock_that_nobody_else_works_under_may_wait_for_one_that_has_ended():
    claim = "process-class/terminate-deadlocks-others"
    waits = traceback(user("with self.lock:"), *TAKE)
    assert found(waits)[claim] == POSSIBLE
    assert found(JOINS + child(user("with self.lock:"), *TAKE))[claim] == POSSIBLE
    assert claim not in found(waits + child(user("time.sleep(1)"))), "the child may have the lock, and release it"


def test_who_receives_while_all_others_wait_for_its_end_may_keep_the_pipe_open():
    claim = "start-methods/pipe-end-is-seen"
    assert found(JOINS + child(user("connection.recv()"), *RECV))[claim] == POSSIBLE
    assert found(traceback(user("connection.recv()"), *RECV))[claim] == POSSIBLE
    at_work = child(user("connection.send(price())"))
    assert claim not in found(traceback(user("connection.recv()"), *RECV) + at_work), "it may still send"


@pytest.mark.parametrize("code", ["os.wait()", "pid, status = os.waitpid(-1, 0)", "os.wait3(0)"])
def test_a_wait_for_any_child_may_wait_for_a_helper(code):
    assert found(traceback(user(code))) == {"life-and-death/os-wait-loop-meets-helpers": POSSIBLE}


@pytest.mark.parametrize("code", ["os.waitpid(pid, 0)", "process.wait()"])
def test_a_wait_for_one_child_waits_for_no_helper(code):
    assert found(traceback(user(code))) == {}


@pytest.mark.parametrize(
    "error",
    ["NameError: name 'options' is not defined", "AttributeError: 'NoneType' object has no attribute 'rate'",
     "KeyError: 'rate'"],
)  # fmt: skip
def test_a_child_may_lack_what_the_program_has_set(error):
    claim = "state/global-set-at-run-time"
    worker = ("multiprocessing/pool.py", "worker", "result = (True, func(*args, **kwds))")
    assert found(child(user("rate = options.rate"), error=error))[claim] == POSSIBLE
    assert found(traceback(worker, user("rate = options.rate"), error=error))[claim] == POSSIBLE
    assert found(traceback(user("rate = options.rate"), error=error)) == {}
    assert found(error) == {}
    packages = ("/usr/lib/python3/dist-packages/requests/api.py", "get", "return options.rate")
    assert found(child(user("fetch()"), packages, error=error)) == {}, "the user's own code has not raised it"


def test_torch_starts_children_with_a_function_of_its_own():
    wrap = ("/home/ann/venv/lib/python3.12/site-packages/torch/multiprocessing/spawn.py", "_wrap", "fn(i, *args)")
    error = "EOFError: EOF when reading a line"
    assert "start-methods/child-reads-input" in found(traceback(wrap, user("input()"), error=error))
    assert found(traceback(user("input()"), error=error)) == {}


@pytest.mark.parametrize(
    "error",
    ["OSError: [Errno 38] Function not implemented", "PermissionError: [Errno 13] Permission denied",
     "OSError: [Errno 28] No space left on device"],
)  # fmt: skip
def test_a_semaphore_that_the_system_refuses_lacks_its_folder_or_room_there(error):
    make = [("multiprocessing/synchronize.py", "__init__", "SemLock.__init__(self, SEMAPHORE, 1, 1, ctx=ctx)")] * 2
    assert set(found(traceback(user("Pool(2)"), *make, error=error))) == {"primitives/lock-needs-room-in-shared-memory"}
    files = "OSError: [Errno 24] Too many open files"
    assert "primitives/lock-needs-room-in-shared-memory" not in found(traceback(user("Pool(2)"), *make, error=files))


@pytest.mark.parametrize("line", ["Bus error (core dumped)", "Fatal Python error: Bus error"])
def test_a_bus_error_comes_from_shared_memory_without_room(line):
    assert "shared-memory/block-larger-than-its-file-system" in found(f"step 3\n{line}\n")


def test_a_proxy_is_known_by_the_name_of_its_class():
    error = "AttributeError: 'AutoProxy[Cart]' object has no attribute 'total'"
    assert set(found(traceback(user("cart.total"), error=error))) == {"managers/attributes-are-not-exposed"}
    assert found(traceback(user("cart.total"), error=error.replace("AutoProxy[Cart]", "Cart"))) == {}


@pytest.mark.parametrize("missing", ["module '__main__' has no attribute 'f'",
                                     "Can't get attribute 'f' on <module '__main__' (built-in)>"])  # fmt: skip
def test_a_worker_of_the_fork_server_is_no_fork_of_the_program(missing):
    task = [
        *CHILD,
        ("multiprocessing/pool.py", "worker", "task = get()"),
        ("multiprocessing/queues.py", "get", "loads"),
    ]
    claim = "state/change-reaches-running-worker"
    error = f"AttributeError: {missing}"
    assert claim in found(traceback(*task, error=error, name="ForkPoolWorker-1"))
    of_server = found(traceback(*task, error=error, name="ForkServerPoolWorker-1"))
    assert claim not in of_server
    assert "main-file/pool-of-dunder-main" in of_server


CALL = [("multiprocessing/managers.py", "_callmethod", "kind, result = conn.recv()")]
RESET = ("multiprocessing/connection.py", "_recv", "chunk = read(handle, remaining)")


@pytest.mark.parametrize(
    "error",
    ["EOFError", "ConnectionResetError: [Errno 104] reset", "BrokenPipeError: [Errno 32] no"],
)
def test_a_connection_that_breaks_in_a_proxys_call_is_that_of_a_manager_that_is_gone(error):
    assert set(found(child(user("counts['a'] += 1"), *CALL, *RECV, RESET, error=error))) == {"primitives/manager-gone"}


def test_a_connection_of_the_program_itself_that_breaks_is_not_that_of_a_manager():
    send = [("multiprocessing/connection.py", name, "self._send(buf)") for name in ("send", "_send_bytes", "_send")]
    text = traceback(user("connection.send(1)"), *send, error="BrokenPipeError: [Errno 32] Broken pipe")
    assert "primitives/manager-gone" not in found(text)


def test_a_connection_that_breaks_while_a_manager_starts_has_other_causes():
    start = ("multiprocessing/managers.py", "start", "self._address = reader.recv()")
    assert "primitives/manager-gone" not in found(traceback(user("Manager()"), start, *RECV, RESET, error="EOFError"))


def test_the_check_for_a_main_guard_is_known_without_its_message():
    imports = ("multiprocessing/spawn.py", "_fixup_main_from_path", "main_content = runpy.run_path(main_path)")
    check = ("multiprocessing/spawn.py", "_check_not_importing_main", "raise RuntimeError(")
    top = ("/home/ann/shop.py", "<module>", "start()")
    assert set(found(traceback(imports, top, check, error="RuntimeError: "))) == {"start/guard-needed-under-spawn"}


DUMPS = ("multiprocessing/reduction.py", "dumps", "cls(buf, protocol).dump(obj)")
NOT_IMPORTED = "main-file/pool-of-dunder-main"
UNDER_GUARD = "main-file/defined-under-guard"
RUNNING_WORKER = "state/change-reaches-running-worker"
WORKER = ("multiprocessing/pool.py", "worker", "result = (True, func(*args, **kwds))")


@pytest.mark.parametrize(
    ("notes", "claims"),
    [
        ("", ["pickling/result-not-pickled", "start-methods/executor-tells-of-exception-not-pickled"]),
        ("dict item 'result'", ["pickling/result-not-pickled"]),
        ("dict item 'exception'", ["start-methods/executor-tells-of-exception-not-pickled"]),
    ],
)
def test_what_an_executors_worker_cannot_send_is_a_result_or_an_exception(notes, claims):
    sends = ("concurrent/futures/process.py", "_sendback_result", "result_queue.put(_ResultItem(")
    error = "TypeError: cannot pickle 'coroutine' object"
    if notes:
        error += f"\nwhen serializing {notes}\nwhen serializing concurrent.futures.process._ResultItem state"
    remote = f'concurrent.futures.process._RemoteTraceback: \n"""\n{traceback(sends, DUMPS, error=error)}"""\n\n'
    caller = traceback(user("await loop.run_in_executor(pool, work)"), error=error)
    matches = match(
        parse(f"{remote}\nThe above exception was the direct cause of the following exception:\n\n{caller}"), load()
    )
    assert [each.entry.claim for each in matches] == claims
    assert matches[0].user_frame.file == "/home/ann/shop.py", "the caller's line"


@pytest.mark.parametrize(
    "error",
    [
        "_pickle.PicklingError: Can't pickle local object <class '__main__.main.<locals>.Worker'>",
        "NotImplementedError: pool objects cannot be passed between processes or pickled",
    ],
)
def test_what_pickle_refuses_on_its_way_to_a_process_is_possible(error):
    (score,) = found(traceback(user("pool.map(self.step, [1])"), DUMPS, error=error)).values()
    assert score == POSSIBLE


def test_a_variable_that_a_worker_does_not_find_in_the_environment_may_have_been_set_later():
    reads = ("os.py", "__getitem__", "raise KeyError(key) from None")
    scores = found(traceback(WORKER, user("return os.environ['TOKEN']"), reads, error="KeyError: 'TOKEN'"))
    assert scores["state/change-reaches-running-worker"] == POSSIBLE
    assert not found(traceback(user("return os.environ['TOKEN']"), reads, error="KeyError: 'TOKEN'"))


def test_input_in_a_child_has_ended():
    error = "EOFError: EOF when reading a line"
    assert set(found(child(user("name = input()"), error=error))) == {"start-methods/child-reads-input"}
    assert not found(traceback(user("name = input()"), error=error))


@pytest.mark.parametrize(
    ("error", "worker", "claim"),
    [
        ("Can't get attribute 'f' on <module '__main__' from '/a.py'>", "ForkPoolWorker-1", RUNNING_WORKER),
        ("Can't get attribute 'f' on <module '__main__'>", "ForkPoolWorker-1", RUNNING_WORKER),
        ("module '__main__' has no attribute 'f'", "ForkPoolWorker-1", RUNNING_WORKER),
        (
            "Can't get attribute 'f' on <module '__main__' (built-in)>",
            "SpawnPoolWorker-1",
            "main-file/pool-of-dunder-main",
        ),
        ("module '__main__' has no attribute 'f'", "SpawnPoolWorker-1", NOT_IMPORTED),
        ("Can't get attribute 'f' on <module '__mp_main__' from '/a.py'>", "SpawnPoolWorker-1", UNDER_GUARD),
        ("module '__mp_main__' has no attribute 'f'", "SpawnPoolWorker-1", UNDER_GUARD),
    ],
)
def test_a_worker_that_lacks_a_function_was_forked_earlier_or_imported_the_main_file_or_has_another_one(
    error, worker, claim
):
    get = ("multiprocessing/queues.py", "get", "return _ForkingPickler.loads(res)")
    assert list(found(traceback(*CHILD, WORKER, get, error=f"AttributeError: {error}", name=worker))) == [claim]


def test_a_programs_own_look_into_its_main_module_is_no_task_that_a_child_reads():
    error = "AttributeError: module '__mp_main__' has no attribute 'f'"
    assert UNDER_GUARD not in found(child(user("sys.modules['__main__'].f()"), error=error))


def test_a_timeout_may_have_other_reasons_than_a_slow_start():
    get = ("multiprocessing/queues.py", "get", "raise Empty")
    assert found(traceback(user("queue.get(timeout=1)"), get, error="_queue.Empty"))["main-file/slow-start"] == POSSIBLE


@pytest.mark.parametrize(
    ("refused", "is_started"), [("weakref.ReferenceType", True), ("_thread.RLock", False), ("select.epoll", False)]
)
def test_a_started_process_is_known_by_what_pickle_refuses_in_it(refused, is_started):
    launch = ("multiprocessing/popen_spawn_posix.py", "_launch", "reduction.dump(process_obj, fp)")
    init = ("multiprocessing/popen_fork.py", "__init__", "self._launch(process_obj)")
    dump = ("multiprocessing/reduction.py", "dump", "ForkingPickler(file, protocol).dump(obj)")
    claims = found(
        traceback(user("p.start()"), init, launch, dump, error=f"TypeError: cannot pickle '{refused}' object")
    )
    assert ("pickling/started-process-as-argument" in claims) == is_started


def test_a_class_attribute_that_a_worker_lacks_may_have_been_set_by_the_program():
    error = "AttributeError: type object 'Job' has no attribute 'cache'"
    scores = found(traceback(WORKER, user("return Job.cache[n]"), error=error))
    assert scores["state/global-set-at-run-time"] == POSSIBLE
    assert not found(traceback(user("return Job.cache[n]"), error=error))


def test_a_child_that_reads_only_a_part_of_its_task_has_a_parent_that_could_not_pickle_the_rest():
    reads = ("multiprocessing/spawn.py", "_main", "self = reduction.pickle.load(from_parent)")
    childs = traceback(reads, error="EOFError: Ran out of input")
    claims = {"pickling/argument-with-a-lock", "start-methods/lambda-or-local-function-as-target"}
    assert found(childs) == dict.fromkeys(claims, POSSIBLE)
    dump = ("multiprocessing/reduction.py", "dump", "ForkingPickler(file, protocol).dump(obj)")
    parents = traceback(user("p.start()"), dump, error="AttributeError: Can't pickle local object 'main.<locals>.work'")
    assert found(parents + childs) == found(parents)


def test_the_end_of_a_pipe_is_that_of_the_users_own_pipe():
    claim = "primitives/recv-raises-at-the-end-of-a-pipe"
    start = ("multiprocessing/managers.py", "start", "self._address = reader.recv()")
    end = ("multiprocessing/connection.py", "_recv", "raise EOFError")
    assert claim in found(traceback(user("connection.recv()"), *RECV, end, error="EOFError"))
    assert claim not in found(traceback(user("Manager()"), start, *RECV, end, error="EOFError"))


@pytest.mark.parametrize(
    "error",
    [
        "ValueError: semaphore or lock released too many times",
        "AssertionError: attempt to release recursive lock not owned by thread",
    ],
)
def test_the_errors_of_locks_are_known_without_a_frame_of_the_library(error):
    assert list(found(traceback(user("lock.release()"), error=error))) == ["primitives/semaphore-released-too-often"]


REFUSED = [
    "app: error: unrecognized arguments: --multiprocessing-fork tracker_fd=4 pipe_handle=6",
    "app: error: unrecognized arguments: -B -S -I -c from multiprocessing.resource_tracker import main;main(3)",
    "app: error: unrecognized arguments: -c import sys; from multiprocessing.forkserver import main; main(3, 5, [])",
    "Error: No such option: --multiprocessing-fork",
    "unknown option --multiprocessing-fork",
]


@pytest.mark.parametrize("line", REFUSED)
def test_a_program_that_refuses_the_command_line_of_a_child_is_in_the_place_of_python(line):
    follows = traceback(
        user("child.start()"), ("multiprocessing/forkserver.py", "read_signed", "data = os.read()"), error="EOFError"
    )
    assert set(found(f"usage: app [-h]\n{line}\n{follows}")) == {"main-file/program-in-place-of-python"}


@pytest.mark.parametrize(
    "line",
    ["app: error: unrecognized arguments: --fork",
     "12 0:01 python -c from multiprocessing.spawn import spawn_main; spawn_main(tracker_fd=5) --multiprocessing-fork"],
)  # fmt: skip
def test_a_process_in_a_list_of_processes_has_refused_nothing(line):
    assert found(f"{line}\n") == {}


DEEP = "RecursionError: maximum recursion depth exceeded while pickling an object"
DUMPS = ("multiprocessing/reduction.py", "dumps", "cls(buf, protocol).dump(obj)")
SPAWN = ("multiprocessing/popen_spawn_posix.py", "_launch", "reduction.dump(process_obj, fp)")
DUMP = ("multiprocessing/reduction.py", "dump", "ForkingPickler(file, protocol).dump(obj)")
TASK = ("multiprocessing/connection.py", "send", "self._send_bytes(_ForkingPickler.dumps(obj))")
FEED = ("multiprocessing/queues.py", "_feed", "obj = _ForkingPickler.dumps(obj)")
SAVE = ("pickle.py", "save", "self.save_reduce(obj=obj, *rv)")
SEND = ("concurrent/futures/process.py", "_sendback_result", "result_queue.put(")


@pytest.mark.parametrize(
    ("frames", "claim"),
    [
        ([user("child.start()"), SPAWN, DUMP], "pickling/deep-argument"),
        ([user("child.start()"), SPAWN, DUMP, SAVE], "pickling/deep-argument"),
        ([user("pool.map(f, links)"), TASK, DUMPS], "pickling/deep-task-or-result"),
        ([SEND, DUMPS], "pickling/deep-task-or-result"),
        ([FEED, DUMPS], "pickling/item-not-pickled"),
    ],
)
def test_what_is_too_deep_to_be_pickled_is_known_by_who_pickles(frames, claim):
    assert set(found(traceback(*frames, error=DEEP))) == {claim}
    assert found(traceback(user("walk(tree)"), user("walk(tree)"), error=DEEP)) == {}


def test_a_deep_task_of_an_executor_reaches_the_caller():
    cause = "\nThe above exception was the direct cause of the following exception:\n\n"
    text = traceback(FEED, DUMPS, error=DEEP) + cause + traceback(user("task.result()"), error=DEEP)
    assert set(found(text)) == {"pickling/deep-task-or-result"}


def test_a_deep_result_of_a_pool_is_told_from_others_by_its_reason():
    get = ("multiprocessing/pool.py", "get", "raise self._value")
    error = "multiprocessing.pool.MaybeEncodingError: Error sending result: '<m.Link object>'. Reason: '{}'"
    deep = error.format("RecursionError('maximum recursion depth exceeded while pickling an object')")
    other = error.format('PicklingError("Can\'t pickle <function <lambda>>")')
    assert set(found(traceback(user("pool.apply(f)"), get, error=deep))) == {"pickling/deep-task-or-result"}
    assert "pickling/deep-task-or-result" not in found(traceback(user("pool.apply(f)"), get, error=other))


@pytest.mark.parametrize(
    "message", ["'function' object has no attribute 'Empty'", "module 'multiprocessing' has no attribute 'Full'",
                "'method' object has no attribute 'Empty'. Did you mean: '__repr__'?"]
)  # fmt: skip
def test_the_names_of_a_queues_errors_explain_also_the_error_that_is_not_handled(message):
    get = ("multiprocessing/queues.py", "get", "raise Empty")
    context = "\nDuring handling of the above exception, another exception occurred:\n\n"
    text = traceback(user("q.get(timeout=1)"), get, error="_queue.Empty")
    assert set(found(text)) == {"primitives/timeout-of-put-or-get", "main-file/slow-start"}
    text += context + traceback(user("except Queue.Empty:"), error=f"AttributeError: {message}")
    assert set(found(text)) == {"primitives/errors-of-module-queue"}


def test_another_attribute_that_is_missing_says_nothing_about_queues():
    assert found(traceback(user("f.name"), error="AttributeError: 'function' object has no attribute 'name'")) == {}


def test_only_a_barrier_in_a_child_is_known_to_be_one_of_processes():
    wait = [("threading.py", name, "raise BrokenBarrierError") for name in ("wait", "_wait")]
    error = "threading.BrokenBarrierError"
    assert set(found(child(user("barrier.wait()"), *wait, error=error))) == {
        "primitives/barrier-waits-for-absent-party"
    }
    assert found(traceback(user("barrier.wait()"), *wait, error=error)) == {}


@pytest.mark.parametrize(
    ("frames", "error"),
    [
        ([("multiprocessing/spawn.py", "spawn_main", "source_process = _winapi.OpenProcess(")],
         "OSError: [WinError 87] The parameter is incorrect"),
        ([("multiprocessing/spawn.py", "spawn_main", "new_handle = reduction.duplicate(pipe_handle,"),
          ("multiprocessing/reduction.py", "duplicate", "return _winapi.DuplicateHandle(")],
         "OSError: [WinError 6] The handle is invalid"),
    ],
)  # fmt: skip
def test_a_child_on_windows_that_finds_no_parent_may_be_left_by_one_that_could_not_pickle(frames, error):
    text = traceback(*frames, error=error)
    ended, target = "start-methods/parent-ends-before-child-has-started", "pickling/argument-with-a-lock"
    assert found(text)[ended] > found(text)[target] == POSSIBLE
    own = traceback(user("Process(target=lambda: 1).start()"), SPAWN, DUMP, error="AttributeError: Can't pickle local "
                    "object 'main.<locals>.<lambda>'")  # fmt: skip
    both = found(f"{own}{text}")
    assert "start-methods/lambda-or-local-function-as-target" in both
    assert ended not in both


def test_the_tracker_says_that_a_name_is_not_on_its_list():
    main = ("multiprocessing/resource_tracker.py", "main", "cache[rtype].remove(name)")
    assert set(found(traceback(main, error="KeyError: '/psm_4dd02b5b'"))) == {"shared-memory/unregistered-by-child"}
    assert found(traceback(user("cache.pop(name)"), error="KeyError: '/psm_4dd02b5b'")) == {}
