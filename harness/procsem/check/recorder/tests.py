"""The part for pytest and unittest: the errors that they catch, and that make a test fail.

It runs in core.py's namespace (emit, where, describe, replace, on_import, FACTS).
"""

import os


@on_import("_pytest.runner")
def _pytest_runner(module):
    original = module.CallInfo.__dict__["from_call"].__func__

    def from_call(cls, *args, **kwargs):
        call = original(cls, *args, **kwargs)
        with QUIET:
            error = call.excinfo.value if call.excinfo is not None else None
            if error is not None and type(error).__name__ not in ("Skipped", "XFailed", "Exit"):
                _failed(os.environ.get("PYTEST_CURRENT_TEST", "").rpartition(" ")[0], error)
        return call

    module.CallInfo.from_call = classmethod(from_call)


@on_import("unittest.result")
def _unittest_result(module):
    def make(original):
        def add(self, test, error):
            with QUIET:
                if error is not None and error[1] is not None:
                    _failed(test.id() if hasattr(test, "id") else str(test), error[1])
            return original(self, test, error)

        return add

    for name in ("addError", "addFailure"):
        replace(module.TestResult, name, make)


def _failed(test, error):
    emit("test raised", test=test, exception=describe(error))
