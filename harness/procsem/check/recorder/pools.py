"""The part for multiprocessing.pool and concurrent.futures.process: where each task comes from, and how it ends.

It runs in core.py's namespace (emit, where, describe, replace, on_import, FACTS).
"""

import sys


@on_import("multiprocessing.pool")
def _pool(module):
    def make_init(original):
        def __init__(self, *args, **kwargs):
            with QUIET:
                emit("pool", kind=type(self).__name__, at=where())
            original(self, *args, **kwargs)

        return __init__

    replace(module.Pool, "__init__", make_init)

    def make_result(original):
        def __init__(self, *args, **kwargs):
            original(self, *args, **kwargs)
            with QUIET:
                emit("task", kind=type(self).__name__, job=getattr(self, "_job", None), at=where())

        return __init__

    replace(module.ApplyResult, "__init__", make_result)
    replace(module.IMapIterator, "__init__", make_result)

    def make_set(original):
        def _set(self, number, result):
            with QUIET:
                if not result[0] and isinstance(result[1], BaseException):
                    callback = getattr(self, "_error_callback", None) is not None
                    emit("task failed", job=self._job, callback=callback, exception=describe(result[1]))
            return original(self, number, result)

        return _set

    replace(module.ApplyResult, "_set", make_set)
    replace(module.MapResult, "_set", make_set)

    def make_asked(original):
        def ask(self, *args, **kwargs):
            with QUIET:
                emit("asked", job=self._job)
            return original(self, *args, **kwargs)

        return ask

    replace(module.ApplyResult, "successful", make_asked)

    def make_get(original, label):
        def get(self, *args, **kwargs):
            with QUIET:
                emit("asked", job=self._job)
                emit("wait", what=label, job=self._job, at=where())
            try:
                return original(self, *args, **kwargs)
            except BaseException as error:
                with QUIET:
                    emit("task raised", job=self._job, exception=describe(error), at=where())
                    if isinstance(error, module.TimeoutError):
                        emit("gave up", what=label, exception=describe(error), at=where())
                raise
            finally:
                with QUIET:
                    emit("waited", what=label, job=self._job)

        return get

    replace(module.ApplyResult, "get", lambda original: make_get(original, "ApplyResult.get"))

    def make_next(original):
        def next(self, *args, **kwargs):
            with QUIET:
                emit("wait", what="IMapIterator.next", job=self._job, at=where())
            try:
                return original(self, *args, **kwargs)
            finally:
                with QUIET:
                    emit("waited", what="IMapIterator.next", job=self._job)

        return next

    made = make_next(module.IMapIterator.next)
    module.IMapIterator.next = module.IMapIterator.__next__ = made

    ended = module.Pool.__dict__["_terminate_pool"].__func__

    def _terminate_pool(cls, *args):
        with QUIET:
            emit("pool ended", kind=cls.__name__, open=list(args[-1])[:100], at=where())
        return ended(cls, *args)

    module.Pool._terminate_pool = classmethod(_terminate_pool)

    def make_task(original):
        def give(self, func, *args, **kwargs):
            with QUIET:
                if getattr(self._ctx, "_name", None) != "fork" or METHOD != "fork":
                    STATE[0](func)
            return original(self, func, *args, **kwargs)

        return give

    for name in ("apply_async", "_map_async", "imap", "imap_unordered"):
        replace(module.Pool, name, make_task)
    FACTS["pool.py", "wait"] = lambda local: {"job": getattr(local.get("self"), "_job", None)}
    FACTS["pool.py", "next"] = lambda local: {"job": getattr(local.get("self"), "_job", None)}


@on_import("concurrent.futures.process")
def _executor(module):
    def make_init(original):
        def __init__(self, *args, **kwargs):
            with QUIET:
                limit = kwargs.get("max_tasks_per_child")
                emit("pool", kind="ProcessPoolExecutor", max_tasks=limit, at=where())
            original(self, *args, **kwargs)

        return __init__

    replace(module.ProcessPoolExecutor, "__init__", make_init)

    def make_submit(original):
        def submit(self, *args, **kwargs):
            with QUIET:
                job, pool = getattr(self, "_queue_count", None), id(self)
                emit("task", kind="Future", job=job, pool=pool, at=where())
                if args and getattr(getattr(self, "_mp_context", None), "_name", None) != "fork":
                    STATE[0](args[0])
            future = original(self, *args, **kwargs)
            with QUIET:
                future._procsem_job = (job, pool)
            return future

        return submit

    replace(module.ProcessPoolExecutor, "submit", make_submit)


@on_import("concurrent.futures._base")
def _future(module):
    def make_exception(original):
        def set_exception(self, exception):
            with QUIET:
                job, pool = getattr(self, "_procsem_job", (None, None))
                if job is not None and isinstance(exception, BaseException):
                    callback = bool(self._done_callbacks or self._waiters)
                    emit("task failed", job=job, pool=pool, callback=callback, exception=describe(exception))
            return original(self, exception)

        return set_exception

    replace(module.Future, "set_exception", make_exception)

    critical = module.LOGGER.critical

    def critical_recorded(message, *args, **kwargs):
        with QUIET:
            error = sys.exc_info()[1]
            if error is not None and "initializer" in str(message):
                emit("initializer failed", exception=describe(error))
        return critical(message, *args, **kwargs)

    module.LOGGER.critical = critical_recorded

    def make_asked(original):
        def ask(self, *args, **kwargs):
            job, pool = getattr(self, "_procsem_job", (None, None))
            if job is None:
                return original(self, *args, **kwargs)
            with QUIET:
                emit("asked", job=job, pool=pool)
            try:
                return original(self, *args, **kwargs)
            except module.TimeoutError as error:
                with QUIET:
                    emit("gave up", what="Future.result", exception=describe(error), at=where())
                raise

        return ask

    for name in ("result", "exception", "add_done_callback"):
        replace(module.Future, name, make_asked)
