"""The command line of a probe: its arms by name, the start method, and the file for the report."""

import faulthandler
import marshal
import os
import sys
import time

from _kit.checkin import STACK_SIGNAL

USAGE = """usage: {script} [ARM ...] [--start-method fork|spawn|forkserver] [--report FILE]

{doc}

arms: {arms} (without ARM, all of them in this order)
"""


def main(*arms):
    """Run the arms that the command line names, each a function of the probe, and report what they recorded.

    To be called under the probe's main guard. Prints for a person, or with ``--report FILE`` writes JSON to a file that
    is replaced as a whole after each arm, so that the report of a killed probe has the arms that were complete.
    """
    words = list(sys.argv[1:])
    options = {
        flag: _take(words, flag, count) for flag, count in (("--entry", 2), ("--start-method", 1), ("--report", 1))
    }
    method = options["--start-method"]
    if method:
        import multiprocessing

        if method not in multiprocessing.get_all_start_methods():
            available = ", ".join(multiprocessing.get_all_start_methods())
            sys.exit(f"this Python has no start method {method!r}; it has {available}")
        multiprocessing.set_start_method(method)
    if options["--entry"]:
        function, arguments = options["--entry"]
        getattr(sys.modules["__main__"], function)(*marshal.loads(bytes.fromhex(arguments)))
        return
    known = {function.__name__: function for function in arms}
    if "-h" in words or "--help" in words:
        script = os.path.basename(sys.argv[0])
        print(USAGE.format(script=script, doc=sys.modules["__main__"].__doc__, arms=", ".join(known)))
        return
    for word in words:
        if word not in known:
            sys.exit(f"{os.path.basename(sys.argv[0])}: no arm {word!r}; there are {', '.join(known)}")
    _run([(name, known[name]) for name in words or known], method, options["--report"])


def entry_command(function, *args):
    """Return the command line, without the interpreter, that runs this same file as a program calling the function.

    The arguments are plain data.
    """
    return [sys.modules["__main__"].__file__, "--entry", function.__name__, marshal.dumps(args).hex()]


def _take(words, flag, count):
    """Take an option and its values off the command line."""
    if flag not in words:
        return None
    at = words.index(flag)
    values = words[at + 1 : at + 1 + count]
    if len(values) < count:
        sys.exit(f"{os.path.basename(sys.argv[0])}: {flag} needs a value")
    del words[at : at + 1 + count]
    return values[0] if count == 1 else values


def _run(arms, method, report):
    from _kit.probe.arm import Arm  # here, because the processes of an experiment have no arm

    if STACK_SIGNAL is None:
        faulthandler.cancel_dump_traceback_later()  # the probe itself checks in nowhere
    results = {}
    for name, function in arms:
        arm = Arm(name, method)
        try:
            try:
                function(arm)
            except TimeoutError:
                arm.print_stacks()  # before they are ended
                raise
            finally:
                arm.close()
        except BaseException as error:
            results[name] = {**_result(arm), "error": f"{type(error).__name__}: {error}"}
            _report(results, method, report, done=False)
            raise
        results[name] = {**_result(arm), "error": None}
        _report(results, method, report, done=len(results) == len(arms))


def _result(arm):
    return {
        "facts": arm.facts,
        "symptoms": arm.symptoms,
        "timeline": sorted(arm.timeline, key=lambda event: event["at"]),
        "seconds": time.monotonic() - arm.began,
    }


def _report(results, method, report, done):
    import json

    if report:
        draft = f"{report}.{os.getpid()}"
        with open(draft, "w", encoding="utf-8") as file:
            json.dump({"arms": results, "done": done}, file)
        os.replace(draft, report)
    elif done:
        for name, arm in results.items():
            print(f"{name} under {method}" if method else name)
            for fact, value in arm["facts"].items():
                print(f"  {fact:30} {json.dumps(value, ensure_ascii=False)}")
            for event in arm["timeline"]:
                pid = "" if event["pid"] is None else event["pid"]
                about = " ".join(filter(None, [event["other"], event["detail"]]))
                print(f"  {event['at']:8.3f} s  {event['process']:12} {pid:>8}  {event['event']:10} {about}")
        sys.stdout.flush()
