"""The values that describe results."""

from procsem.model import CellKey, CellResult, Environment, Run, Verdict


def test_verdicts_have_different_signs_letters_and_meanings():
    for words in zip(*((each.sign, each.letter, each.meaning) for each in Verdict), strict=True):
        assert all(words)
        assert len(set(words)) == len(Verdict)
    assert all(each.letter.islower() for each in Verdict), "a capital letter means unexpected"


def test_a_run_finds_its_cells_by_claim_and_start_method():
    def cell(claim, method):
        return CellResult(claim, method, Verdict.UPHELD, Verdict.UPHELD, True, "", 0.1, {})

    cells = (cell("daemon/a", "fork"), cell("daemon/a", "spawn"), cell("lock/b", None))
    run = Run(Environment({}), "2026-01-02T03:04:05+00:00", 1.0, cells)
    assert [run.by_key[key] for key in (("daemon/a", "spawn"), CellKey("lock/b", None))] == [cells[1], cells[2]]
    assert ("daemon/a", None) not in run.by_key
    assert (cells[0].topic, cells[0].name) == ("daemon", "a")
