"""The library that probes use: arms, check-ins, process states, and the report.

- ``checkin`` is what every process of an experiment loads, to report to its probe;
- ``probe`` is what only the probe itself loads: its arms, its view of the processes, its command line;
- ``system`` asks the operating system about processes, CPUs and memory;
- ``scenarios`` has the situations that several probes need, such as a program that waits at given steps.

A probe imports everything from here, and is a script with one function per arm::

    from _kit import main, stay

    def experiment(arm):
        child = Process(target=stay, args=(arm.address, "child"))
        child.start()
        arm.record(child_parent=arm.name_of(arm.expect("child").parent()))

    if __name__ == "__main__":
        main(experiment, control)

The kit runs inside the processes that are measured. So it needs only the standard library of Python 3.9 or newer, on
every system, and it imports little: every spawned child repeats the imports at the top of its probe. Modules that few
children need are therefore loaded when a probe imports their names.
"""

from _kit.checkin import QUIET_TIME, TIMEOUT, PeerError, check_in, stay

_MODULES = {
    "blocking_calls": "scenarios",
    "cpus": "system",
    "critical_section": "scenarios",
    "hangs": "scenarios",
    "memory": "system",
    "own_shm": "system",
    "smaps": "system",
    "symptoms": "probe",
    "table": "system",
}
"""The modules that probes use by their names (``table.read``), and the group of each."""

_MEMBERS = {
    "PIPES": "scenarios.programs",
    "ScriptedProgram": "scenarios.scripted",
    "adopter_here": "scenarios.init_stub",
    "become_subreaper": "scenarios.init_stub",
    "counted": "scenarios.chance",
    "end_all": "scenarios.turns",
    "entry_command": "probe.entry",
    "error_of": "scenarios.outcome",
    "init_stub": "scenarios.init_stub",
    "non_reaping_init_stub": "scenarios.init_stub",
    "open_page": "scenarios.turns",
    "outcome_of": "scenarios.outcome",
    "prepare_for_crash": "scenarios.programs",
    "printed_symptom": "scenarios.programs",
    "random_sleep": "scenarios.chance",
    "report_outcome": "scenarios.outcome",
    "result_of_task": "scenarios.outcome",
    "resume": "system.suspend",
    "run_program": "scenarios.programs",
    "run_together": "scenarios.turns",
    "say": "scenarios.scripted",
    "shared_page": "scenarios.turns",
    "shell": "scenarios.shell",
    "start_program": "scenarios.programs",
    "step": "scenarios.scripted",
    "suspend": "system.suspend",
    "take_turns": "scenarios.turns",
    "trace": "system.trace",
    "trials": "scenarios.chance",
    "use_start_method": "scenarios.scripted",
    "wait_program": "scenarios.programs",
}
"""The functions, classes and constants that probes use, and the module of each."""

__all__ = ["QUIET_TIME", "TIMEOUT", "PeerError", "check_in", "main", "stay", *_MODULES, *_MEMBERS]


def main(*arms):
    """Run the arms that the command line names; see :func:`_kit.probe.entry.main`."""
    from _kit.probe import entry  # here, because a child imports this function and does not call it

    entry.main(*arms)


def __getattr__(name):
    from importlib import import_module

    if name in _MODULES:
        found = import_module(f"_kit.{_MODULES[name]}.{name}")
    elif name in _MEMBERS:
        found = getattr(import_module(f"_kit.{_MEMBERS[name]}"), name)
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = found
    return found
