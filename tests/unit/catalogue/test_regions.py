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
