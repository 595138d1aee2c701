"""The part for threading: exceptions that end a thread.

It runs in core.py's namespace (emit, where, describe, replace, on_import, FACTS).
"""


@on_import("threading")
def _threading(module):
    def make(original):
        def excepthook(args, /):
            if args.exc_value is not None:
                with QUIET:
                    emit("thread raised", thread=getattr(args.thread, "name", None), exception=describe(args.exc_value))
            return original(args)

        return excepthook

    replace(module, "excepthook", make)
