"""A user's own program, run under each start method; what is wrong with it, and on which line.

How the parts fit, from the program to the report:

- :mod:`target` turns the words of the user into a command line.
- :mod:`session` decides which runs there are: every start method with every interpreter, the default method twice.
- :mod:`run` runs the program once in a sandbox of :mod:`procsem.containment`, with the recorder on PYTHONPATH, and
  returns a :class:`evidence.Run`. Its watcher thread uses :mod:`watch` to look at the processes from outside: it ends
  a run when a deadlock is proven, or at the timeout, after it has asked every process for its stacks.
- ``recorder/`` runs inside the user's processes: standard library only, Python 3.9 and newer, one file of JSON lines
  per process. ``core.py`` runs in each process; the other files run when a module that they record is imported.
- :mod:`evidence` is the frozen data that a run leaves: processes, events, waits, output. It can be kept as JSON.
- :mod:`case` puts the runs side by side: what is the reference, what is noise, what differs.
- ``rules/`` holds one module per family of causes. A rule is a :class:`rules.Cause` (its name, explanation, fix and
  claims) and a pure function from a run and its case to sightings.
- :mod:`diagnose` applies all rules to all runs and merges what they saw into findings; a run that differs or hangs
  without a finding becomes "unexplained"; "doubts" say where a run was not what it claims to be.
- :mod:`schema` turns the diagnosis into JSON data (``check.schema.json``); ``views/`` has one module per other form.

A new rule: 1. write the failing program, and one in which only the cause is removed, in ``tests/check/programs``;
2. look at what is recorded (``python -m procsem.check PROGRAM`` prints the events); if the evidence is missing, record
it in ``recorder/``; 3. write cause and rule in the module of its family; a rule never reads the output of the program;
4. record evidence for the tests with ``python -m tests.check.record --python EXE PROGRAM.py``, for two interpreters or
more; ``tests/check/store.py`` names the fields that are kept, so add those that only the new rule reads.
"""
