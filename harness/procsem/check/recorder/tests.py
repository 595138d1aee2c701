"""The part for pytest and unittest: the errors that they catch; for pytest also which test runs, and how it ends.

The outcomes of quick tests are written together, several times a second: one write per test would cost a suite of
trivial tests 3 % of its time. Before anything else is recorded, they are written, and which test has begun. It runs in
core.py's namespace (emit, append, line_of, describe, replace, on_import, BUFFERED).
"""

import sys

_BUFFER_SECONDS = 0.1

_ended = []  # lines of tests
_running = []  # the id of the test that runs
_inner = []  # not empty while the test itself runs a test, with a pytest of its own in this process
_written = 0.0


def _write_tests():
    global _written
    lines = "".join(_ended)
    del _ended[:]
    _written = _monotonic()
    try:
        append(lines)
    except OSError:
        note_loss()
    if _running:
        emit("test begun", id=_running[0])


def _outcome(reports):
    """Return the outcome of a test and, of one that fails, the first line of the error."""
    outcome = "passed"
    for report in reports:
        if report.when == "call" and hasattr(report, "wasxfail"):
            outcome = "xpassed" if report.outcome == "passed" else "xfailed"
        elif report.outcome == "failed":
            return ("failed" if report.when == "call" else "error"), _message(report)
        elif report.outcome == "skipped":
            outcome = "xfailed" if hasattr(report, "wasxfail") else "skipped"
    return outcome, None


def _message(report):
    crash = getattr(report.longrepr, "reprcrash", None)
    text = getattr(crash, "message", None) or str(report.longrepr)
    lines = text.strip().splitlines()
    errors = [line[1:].strip() for line in lines if line.startswith("E ")]
    return (errors[-1:] or lines[:1] or [""])[0][:300]


@on_import("_pytest.runner")
def _pytest_runner(module):
    TESTED.append(True)
    original = module.CallInfo.__dict__["from_call"].__func__

    def from_call(cls, *args, **kwargs):
        call = original(cls, *args, **kwargs)
        with QUIET:
            error = call.excinfo.value if call.excinfo is not None else None
            is_inner = _inner or (_running and call.when == "collect")
            if error is not None and not is_inner and type(error).__name__ not in ("Skipped", "XFailed", "Exit"):
                _failed(_running[0] if _running else "", error)
        return call

    module.CallInfo.from_call = classmethod(from_call)

    def make_protocol(original):
        def runtestprotocol(item, *args, **kwargs):
            if _running:
                _inner.append(True)
                try:
                    return original(item, *args, **kwargs)
                finally:
                    _inner.pop()
            began = _monotonic()
            with QUIET:
                _running[:] = [item.nodeid]
                BUFFERED[:] = [_write_tests]
            try:
                reports = original(item, *args, **kwargs)
            except BaseException:
                with QUIET:
                    _write_tests()  # the test has begun, and not ended
                del _running[:]
                raise
            with QUIET:
                outcome, message = _outcome(reports)
                fields = {"id": item.nodeid, "outcome": outcome, "began": began, "message": message}
                del _running[:]
                _ended.append(line_of("test", fields))
                BUFFERED[:] = [_write_tests]
                if _monotonic() - _written > _BUFFER_SECONDS:
                    BUFFERED.pop()()
            return reports

        return runtestprotocol

    replace(module, "runtestprotocol", make_protocol)

    def make_collect(original):
        def collect_one_node(collector):
            report = original(collector)
            if report.outcome == "failed" and not _running:
                with QUIET:
                    emit("collection failed", id=collector.nodeid, message=_message(report))
            return report

        return collect_one_node

    replace(module, "collect_one_node", make_collect)
    _hide_recorder()


def _hide_recorder():
    """Leave the recorder's frames out of the tracebacks that pytest shows."""

    def make(original):
        def ishidden(self, *args):
            return self.frame.code.raw.co_filename.startswith(_HERE) or original(self, *args)

        return ishidden

    replace(sys.modules["_pytest._code.code"].TracebackEntry, "ishidden", make)


@on_import("_pytest.unittest")
def _pytest_unittest(module):
    def make(original):
        def add(self, case, error, *args, **kwargs):
            with QUIET:
                if not _inner:
                    _failed(self.nodeid, error.value if hasattr(error, "value") else error[1])
            return original(self, case, error, *args, **kwargs)

        return add

    # pytest gives the errors of a TestCase to its own item, so that no call raises them.
    for name in ("addError", "addFailure"):
        replace(module.TestCaseFunction, name, make)


@on_import("unittest.result")
def _unittest_result(module):
    def make(original):
        def add(self, test, error):
            with QUIET:
                if error is not None and error[1] is not None and not _running:
                    _failed(test.id() if hasattr(test, "id") else str(test), error[1])
            return original(self, test, error)

        return add

    for name in ("addError", "addFailure"):
        replace(module.TestResult, name, make)


def _failed(test, error):
    emit("test raised", test=test, exception=describe(error))
