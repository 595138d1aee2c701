"""The part for logging: what configures it, and which messages a child that was not forked has no handler for.

It runs in core.py's namespace (emit, where, describe, replace, on_import, NOTE_LOGGING).
"""

MAX_LOGGERS = 50

_last = None
_seen = set()  # loggers and levels that this process has used


@on_import("logging")
def _logging(module):
    def make(original):
        def configure(self, *args, **kwargs):
            result = original(self, *args, **kwargs)
            with QUIET:
                emit("logging set", logger=_name(self), at=where())
            return result

        return configure

    replace(module.Logger, "setLevel", make)
    replace(module.Logger, "addHandler", make)

    def note():
        """Write the levels and handlers of the loggers, if they are not what was written before."""
        global _last
        known = {"": module.root}
        known.update((name, each) for name, each in list(module.root.manager.loggerDict.items()))
        values = {}
        for name, logger in known.items():
            level, handlers = getattr(logger, "level", 0), getattr(logger, "handlers", ())
            if (level or handlers or not getattr(logger, "propagate", True)) and len(values) < MAX_LOGGERS:
                values[name] = [level, len(handlers), bool(getattr(logger, "propagate", True))]
        if values != _last:
            _last = values
            emit("logging", loggers=values, disabled=module.root.manager.disable)

    NOTE_LOGGING[0] = note

    def make_enabled(original):
        def isEnabledFor(self, level):
            enabled = original(self, level)
            if SPAWNED and (self.name, level) not in _seen and len(_seen) < 200:
                with QUIET:
                    _seen.add((self.name, level))
                    emit(
                        "logged",
                        logger=_name(self),
                        level=level,
                        enabled=enabled,
                        handled=self.hasHandlers(),
                        at=where(),
                    )
            return enabled

        return isEnabledFor

    replace(module.Logger, "isEnabledFor", make_enabled)


def _name(logger):
    return "" if logger.name == "root" else logger.name
