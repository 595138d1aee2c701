"""The rule that is suggested for measured cells makes them as expected, and changes no other cell."""

import tomllib

import pytest

from procsem.catalogue.suggest import suggest
from procsem.judge import judge
from procsem.model import CellResult, Column, Environment, Observation, Run, Verdict

GENERAL = {"verdict": "upheld", "because": "there is a check", "see": "https://example.org/check"}
LINUX = {"system": "linux", "family": "posix", "wine": False, "python": "3.14.0"}
WINDOWS = {**LINUX, "system": "windows", "family": "windows"}


@pytest.fixture
def measure(environment, seen):
    """Return a function that judges a claim at each place: what is different there, the start method, what is seen."""

    def at(claim, *places):
        columns = []
        for facts, method, experiment in places:
            where = Environment({**environment.facts, **facts})
            judgement = judge(claim, where.facts, method, seen(**experiment))
            cell = CellResult(
                claim.id,
                method,
                judgement.verdict,
                judgement.expected,
                judgement.as_expected,
                judgement.because,
                0.1,
                seen(**experiment),
                judgement.mismatches,
                problem=judgement.problem,
            )
            columns.append(Column(where.label, Run(where, "2026-01-02T03:04:05+00:00", 1.0, (cell,))))
        return columns

    return at


def rules(claim, columns):
    """The suggested rules as they would be read, with a reason and a source filled in."""
    text = "".join(rule.text for rule in suggest(claim, columns).rules)
    tables = tomllib.loads(text).get("no-children", {}).get("expect", [])
    assert [(table["because"], table["see"]) for table in tables] == [("", [])] * len(tables)
    return [{**table, "because": "b", "see": "man:fork(2)"} for table in tables]


PLACES = {
    "another start method": [(LINUX, "spawn", {"started": True}), (LINUX, "fork", {})],
    "another system": [(WINDOWS, "spawn", {"started": True, "error": None}), (LINUX, "spawn", {})],
    "another system and start method": [
        (LINUX, "fork", {"error": "OSError"}),
        ({**LINUX, "system": "macos"}, "fork", {}),
        (LINUX, "spawn", {}),
    ],
    "Wine": [({**WINDOWS, "wine": True}, "spawn", {"error": ["a", 1]}), (WINDOWS, "spawn", {})],
    "a newer Python": [({**LINUX, "python": "3.15.0"}, "fork", {"started": True}), (LINUX, "fork", {})],
    "an older Python": [({**LINUX, "python": "3.9.1"}, "fork", {"started": True}), (LINUX, "fork", {})],
    "a range of Pythons": [
        ({**LINUX, "python": "3.13.3"}, "fork", {"started": True}),
        ({**LINUX, "python": "3.12.1"}, "fork", {}),
        (LINUX, "fork", {}),
    ],
    "two kinds of results": [(LINUX, "spawn", {"started": True}), (LINUX, "fork", {"started": "no"})],
}
WHEN = {
    "another start method": [{"start_method": "spawn"}],
    "another system": [{"family": "windows"}],
    "another system and start method": [{"start_method": "fork", "system": "linux"}],
    "Wine": [{"wine": True}],
    "a newer Python": [{"python": ">=3.15.0"}],
    "an older Python": [{"python": "<3.14.0"}],
    "a range of Pythons": [{"python": ">=3.13.3, <3.14.0"}],
    "two kinds of results": [{"start_method": "spawn"}, {"start_method": "fork"}],
}


@pytest.mark.parametrize("name", PLACES)
def test_with_the_suggested_rules_every_cell_is_as_expected(make_claim, measure, name):
    claim = make_claim(expect=[GENERAL])
    columns = measure(claim, *PLACES[name])
    suggested = rules(claim, columns)
    assert [rule["when"] for rule in suggested] == WHEN[name]
    changed = make_claim(expect=[GENERAL, *suggested])
    assert all(cell.as_expected for column in measure(changed, *PLACES[name]) for cell in column.run.cells)
    assert not suggest(changed, measure(changed, *PLACES[name])).rules


def test_the_rule_names_the_whole_place_if_nothing_else_was_measured(make_claim, measure):
    claim = make_claim(expect=[GENERAL])
    (rule,) = rules(claim, measure(claim, ({**WINDOWS, "wine": True}, "spawn", {"started": True})))
    assert rule["when"] == {
        "start_method": "spawn",
        "system": "windows",
        "wine": True,
        "python": ">=3.14, <3.15",
    }


def test_what_is_known_to_be_seen_and_was_not_is_replaced(make_claim, measure):
    known = {**GENERAL, "verdict": "refuted", "when": {"system": "linux"}, "observes": {"started": "sometimes"}}
    claim = make_claim(expect=[GENERAL, known])
    (rule,) = rules(
        claim, measure(claim, (LINUX, "spawn", {"started": True, "error": "OSError"}), (WINDOWS, "spawn", {}))
    )
    assert rule["observes"] == {"started": True, "error": "OSError"}


def test_a_refutation_that_is_none_here_needs_an_upheld_rule(make_claim, measure):
    known = {**GENERAL, "verdict": "refuted", "observes": {"started": True}}
    claim = make_claim(expect=[known])
    (rule,) = rules(claim, measure(claim, (LINUX, "spawn", {}), (LINUX, "fork", {"started": True})))
    assert (rule["verdict"], rule["when"]) == ("upheld", {"start_method": "spawn"})


@pytest.mark.parametrize(
    ("predicted", "saw", "written"),
    [
        (False, None, {"none": True}),
        ({"at_most": 2}, 3.7, {"at_least": 2}),
        ({"at_least": 2}, {"value": 1.0, "low": 0.9, "high": 1.1}, {"at_most": 2}),
        ({"seen": "never"}, {"seen": 2, "of": 9}, {"seen": "sometimes"}),
        ("a", 'quote " and \\', 'quote " and \\'),
    ],
)
def test_a_fact_is_written_in_a_form_that_holds_again(make_claim, measure, predicted, saw, written):
    claim = make_claim(predicts={"started": predicted}, expect=[GENERAL])
    (rule,) = rules(claim, measure(claim, (LINUX, "spawn", {"started": saw})))
    assert rule["observes"] == {"started": written}


def test_no_rule_is_suggested_for_what_no_rule_can_expect(make_claim, measure):
    claim = make_claim(control={"started": False}, expect=[GENERAL])
    suggestions = suggest(claim, measure(claim, (LINUX, "spawn", {})))
    assert not suggestions.rules
    assert [cell.verdict for _, cell in suggestions.no_rule] == [Verdict.INCONCLUSIVE]


def test_nothing_is_suggested_for_cells_that_are_as_expected_or_of_other_claims(make_claim, measure):
    claim = make_claim(expect=[GENERAL])
    suggestions = suggest(claim, measure(claim, (LINUX, "spawn", {})))
    assert (suggestions.rules, suggestions.no_rule, suggestions.as_expected) == ((), (), 1)
    other = CellResult("daemon/other", "fork", Verdict.REFUTED, None, False, "", 0.1, {"experiment": Observation({})})
    run = Run(Environment(LINUX), "2026-01-02T03:04:05+00:00", 1.0, (other,))
    assert suggest(claim, [Column("x", run)]).as_expected == 0
