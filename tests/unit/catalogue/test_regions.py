"""The code of a remedy is taken from the probe."""

from procsem.catalogue.regions import code_regions

SOURCE = """\
# --8<-- [start:fix]
def work(x):
    return x


# --8<-- [end:fix]
def experiment(arm):
    arm.record()
    # --8<-- [start:fix]
    process = Process(target=work)

    process.start()
    # --8<-- [end:fix]
"""


def test_regions_of_one_name_are_dedented_and_joined():
    assert code_regions(SOURCE) == {
        "fix": "def work(x):\n    return x\n\n\nprocess = Process(target=work)\n\nprocess.start()"
    }


def test_a_region_that_does_not_end_is_not_there():
    assert code_regions(SOURCE.rpartition("    # --8<--")[0].partition("def exp")[2]) == {}


def test_the_imports_that_a_fix_needs_are_named_and_those_of_the_kit_are_not():
    source = (
        "'''\nfrom here to there\n'''\nimport os\nimport sys\nimport xml.dom\n"
        "from multiprocessing import (\n    Process,\n    Queue,\n)\nfrom _kit import stay\n"
    )
    assert code_regions(source + SOURCE)["fix"].startswith("from multiprocessing import Process\n\n\ndef work(x):")
    fix = "# --8<-- [start:fix]\nos.kill(xml.dom.pid, stay)\nqueue = Queue(sys)\n# --8<-- [end:fix]\n"
    assert code_regions(source + fix)["fix"] == (
        "import os\nimport sys\nimport xml.dom\nfrom multiprocessing import Queue\n\n"
        "os.kill(xml.dom.pid, stay)\nqueue = Queue(sys)"
    )


def test_a_name_that_the_fix_itself_binds_is_not_imported():
    source = "import queue\n# --8<-- [start:fix]\nqueue = make()\nqueue.put(1)\n# --8<-- [end:fix]\n"
    assert code_regions(source)["fix"] == "queue = make()\nqueue.put(1)"


def test_a_fix_that_imports_what_it_needs_is_left_as_it_is():
    source = "import os\n# --8<-- [start:fix]\ndef work():\n    import os\n\n    os.abort()\n# --8<-- [end:fix]\n"
    assert code_regions(source)["fix"] == "def work():\n    import os\n\n    os.abort()"


def test_definitions_come_before_their_use():
    source = "".join(
        f"# --8<-- [start:fix]\n{part}\n# --8<-- [end:fix]\n" for part in ("tie(1)", "def tie(x):\n    pass")
    )
    assert code_regions(source)["fix"] == "def tie(x):\n    pass\n\n\ntie(1)"


def regions(*parts):
    """Return a probe's function with parts of a fix, and lines of its own between them."""
    own = "    arm.record(seen=1)\n"
    marked = own.join(f"    # --8<-- [start:fix]\n{part}    # --8<-- [end:fix]\n" for part in parts)
    return f"def fix(arm):\n{marked}"


def test_regions_of_one_block_keep_their_indent():
    source = regions("    with pool:\n        begin()\n", "        try:\n            ask()\n", "    finally_()\n")
    joined = "with pool:\n    begin()\n    try:\n        ask()\nfinally_()"
    assert code_regions(source)["fix"] == joined
    assert code_regions(regions("    with pool:\n", "        ask()\n"))["fix"] == "with pool:\n    ask()"


def test_a_block_that_only_the_probe_has_is_not_shown():
    source = regions("    queue = make()\n", "        queue.put(1)\n").replace("arm.record(seen=1)", "with kit:")
    assert code_regions(source)["fix"] == "queue = make()\nqueue.put(1)"


def test_regions_of_two_functions_are_two_blocks():
    source = regions("    one()\n") + regions("    two()\n")
    assert code_regions(source)["fix"] == "one()\n\n\ntwo()"
