"""Matches become explanations, one per cause; causes that share a message name each other."""

from attrs import evolve, frozen

from procsem.explain.explanation import explain
from procsem.explain.found import POSSIBLE, Match
from procsem.explain.index import Entry
from procsem.explain.traceback_text import parse
from procsem.model import Arm, Effect, Remedy, SymptomKind, Verdict
from procsem.views.explanation import data, entries, unknown

TEXT = (
    'Traceback (most recent call last):\n  File "/usr/lib/python3.14/multiprocessing/a.py", line 3, in f\nOSError: gone'
)


@frozen
class Cause:
    name: str
    claims: tuple[str, ...]
    general_explanation: str = "It is gone."
    general_fix: str = "Keep it."
    look_for: str = ""
    symptom: str = ""


def matches(*claims):
    (found,) = parse(TEXT).exceptions
    entry = (SymptomKind.EXCEPTION, "child", "OSError", "gone", (), ("spawn",), ("cpython 3.14",), ("linux",))
    return [Match(Entry(claim, *entry), found, 1.0) for claim in claims]


def test_claims_of_one_cause_are_one_explanation_without_rivals(make_claim):
    claims = {name: evolve(make_claim(), id=name) for name in ("a/one", "a/two")}
    (only,) = explain(matches("a/one", "a/two"), claims, [Cause("gone", ("a/one", "a/two"))])
    assert only.name == "gone"
    assert not only.rivals
    assert "or" not in [entry.label for entry in entries(only)]


def test_of_claims_that_fit_alike_the_one_that_the_cause_names_first_comes_first(make_claim):
    claims = {name: evolve(make_claim(), id=name) for name in ("a/one", "a/two")}
    (only,) = explain(matches("a/one", "a/two"), claims, [Cause("gone", ("a/two", "a/one"))])
    assert [claim.id for claim in only.claims] == ["a/two", "a/one"]


def test_a_cause_was_seen_where_the_claim_was_that_fits_best(make_claim):
    claims = {name: evolve(make_claim(), id=name) for name in ("a/one", "a/two")}
    best, other = matches("a/one", "a/two")
    other = evolve(other, score=0.8, entry=evolve(other.entry, start_methods=("fork",), pythons=("cpython 3.9",)))
    (only,) = explain([other, best], claims, [Cause("gone", ("a/two", "a/one"))])
    assert {entry.label: entry.text for entry in entries(only)}["seen"] == "under spawn, with CPython 3.14, on linux"


def test_causes_that_share_a_message_name_each_other_and_say_what_to_look_for(make_claim):
    claims = {name: evolve(make_claim(), id=name) for name in ("a/one", "a/two")}
    causes = [Cause("dropped", ("a/one",), look_for="a local lock"), Cause("mixed", ("a/two",), look_for="a context")]
    first, second = explain(matches("a/one", "a/two"), claims, causes)
    assert (first.rivals, second.rivals) == (("mixed",), ("dropped",))
    shown = {entry.label: entry.text for entry in entries(first)}
    assert shown["or"] == "the same message is explained by mixed"
    assert shown["look for"] == "a local lock"
    assert data(second)["or"] == ["dropped"]
    assert data(second)["look_for"] == "a context"


def test_what_is_only_possible_says_so_with_and_without_a_named_cause(make_claim):
    claims = {"a/one": evolve(make_claim(), id="a/one")}
    for score in (1.0, POSSIBLE):
        for causes in ([], [Cause("gone", ("a/one",))]):
            (found,) = explain([evolve(each, score=score) for each in matches("a/one")], claims, causes)
            said = {entry.label: entry.text for entry in entries(found)}["cause"]
            assert ("the text does not prove it" in said) is (score == POSSIBLE)


def test_a_claim_that_proves_two_causes_gives_both(make_claim):
    claims = {"a/one": evolve(make_claim(), id="a/one")}
    causes = [Cause("dropped", ("a/one",)), Cause("mixed", ("a/one",))]
    first, second = explain(matches("a/one"), claims, causes)
    assert (first.name, second.name) == ("dropped", "mixed")
    assert (first.rivals, second.rivals) == (("mixed",), ("dropped",))


def test_a_cause_with_other_symptoms_than_the_claim_is_not_named(make_claim):
    claims = {"a/one": evolve(make_claim(), id="a/one")}
    causes = [Cause("dropped", ("a/one",)), Cause("absent", ("a/one",), symptom="OSError: absent")]
    (only,) = explain(matches("a/one"), claims, causes)
    assert (only.name, only.rivals) == ("dropped", ())
    assert [each.name for each in explain(matches("a/one"), claims, causes[1:])] == ["a/one"]
    fits = [evolve(causes[0], symptom="OSError: g")]
    assert [each.name for each in explain(matches("a/one"), claims, fits)] == ["dropped"]


def test_a_claim_without_a_cause_is_a_rival_by_its_id(make_claim):
    claims = {name: evolve(make_claim(), id=name) for name in ("a/one", "daemon/no-children")}
    first, second = explain(matches("a/one", "daemon/no-children"), claims, [Cause("gone", ("a/one",))])
    assert first.rivals == ("daemon/no-children",)
    assert second.rivals == ("gone",)


def test_a_cause_with_an_error_that_no_other_explains_comes_first(make_claim):
    claims = {name: evolve(make_claim(), id=name) for name in ("a/one", "b/two")}
    causes = [Cause("general", ("a/one",)), Cause("special", ("b/two",))]
    shared = matches("a/one", "b/two")
    assert [each.name for each in explain(shared, claims, causes)] == ["general", "special"]
    (other,) = parse(TEXT.replace("gone", "no table")).exceptions
    own = evolve(shared[1], found=other)
    assert [each.name for each in explain([*shared, own], claims, causes)] == ["special", "general"]


def test_what_is_not_known_points_to_the_check():
    assert "procsem check SCRIPT" in unknown(parse("sum: 3"))
    assert "procsem check SCRIPT" in unknown(parse(TEXT))


def test_a_fix_that_a_claim_words_in_the_same_way_is_shown_once_with_its_code(make_claim):
    arm = Arm("keep-it", "keep_it", {}, False)
    claim = evolve(make_claim(), id="a/one", remedies=(Remedy("keep-it", "Keep it.", arm, (), "kept = it"),))
    for fix, shown in (("Keep it.", ["Keep it."]), ("Hold it.", ["Hold it.", "Keep it."])):
        (only,) = explain(matches("a/one"), {"a/one": claim}, [Cause("gone", ("a/one",), general_fix=fix)])
        assert [entry.text for entry in entries(only) if entry.label == "fix"] == shown
        assert "kept = it" in [entry.text for entry in entries(only)]


def test_the_reason_is_that_of_the_place_where_programs_break(make_claim):
    claim = make_claim()
    works = evolve(claim.expectations[0], verdict=Verdict.REFUTED, because="It works here.")
    breaks = evolve(claim.expectations[0], verdict=Verdict.UPHELD, because="It breaks there.")
    effects = {Verdict.UPHELD: Effect.BREAKS, Verdict.REFUTED: Effect.WORKS}
    claim = evolve(claim, id="a/one", expectations=(works, breaks), effects=effects)
    (only,) = explain(matches("a/one"), {"a/one": claim}, [])
    assert entries_of(only)[:2] == [("cause", claim.says), ("", "It breaks there.")]
    (no_effects,) = explain(matches("a/one"), {"a/one": evolve(claim, effects={})}, [])
    assert entries_of(no_effects)[1] == ("", "It works here.")


def test_a_claim_that_does_not_hold_where_programs_break_is_said_to_be_untrue_there(make_claim):
    claim = evolve(make_claim(), id="a/one", effects={Verdict.UPHELD: Effect.WORKS, Verdict.REFUTED: Effect.BREAKS})
    holds = evolve(claim.expectations[0], verdict=Verdict.UPHELD)
    claim = evolve(claim, expectations=(holds, evolve(holds, verdict=Verdict.REFUTED, because="It breaks.")))
    (only,) = explain(matches("a/one"), {"a/one": claim}, [])
    assert entries_of(only)[:2] == [("cause", f"Not true here: {claim.says}"), ("", "It breaks.")]
    assert data(only)["explanation"] == f"Not true here: {claim.says}"
    (named,) = explain(matches("a/one"), {"a/one": claim}, [Cause("gone", ("a/one",))])
    assert data(named)["explanation"] == "It is gone."


def entries_of(explanation):
    return [(entry.label, entry.text) for entry in entries(explanation)]
