"""The part for mocks: what a test replaces, from which line.

It runs in core.py's namespace (emit, where, describe, replace, on_import, FACTS).
"""


def _owner(target):
    return getattr(target, "__name__", None) or type(target).__name__


@on_import("_pytest.monkeypatch")
def _monkeypatch(module):
    def make(original):
        def setattr(self, target, name, *args, **kwargs):
            text = target if isinstance(target, str) else _owner(target)
            with QUIET:
                emit("patched", by="monkeypatch", owner=text, name=name if isinstance(name, str) else None, at=where())
            return original(self, target, name, *args, **kwargs)

        return setattr

    replace(module.MonkeyPatch, "setattr", make)


@on_import("unittest.mock")
def _mock(module):
    def make(original):
        def __enter__(self):
            result = original(self)
            with QUIET:
                emit("patched", by="mock", owner=_owner(getattr(self, "target", None)), name=self.attribute, at=where())
            return result

        return __enter__

    replace(module._patch, "__enter__", make)
