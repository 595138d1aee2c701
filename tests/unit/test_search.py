"""Claims are found by words, the best first."""

import pytest

from procsem.check.rules import causes_of_claims
from procsem.explain import index
from procsem.search import search
from tests.catalogue import CLAIMS


@pytest.fixture(scope="module")
def claims():
    return CLAIMS


SYMPTOMS = index.texts(index.load())
CAUSES = causes_of_claims()


def ids(claims, *words, **symptoms):
    known = SYMPTOMS | {name.replace("__", "/"): text for name, text in symptoms.items()}
    return [found.claim.id for found in search(claims, words, known, CAUSES)]


@pytest.mark.parametrize(
    ("words", "first"),
    [
        (["lambda"], "start-methods/lambda-or-local-function-as-target"),
        (["lamda"], "start-methods/lambda-or-local-function-as-target"),
        (["LAMBDA", "target"], "start-methods/lambda-or-local-function-as-target"),
        (["zombie", "unjoined"], "join/unjoined-is-zombie"),
    ],
)
def test_the_claim_that_is_about_the_words_comes_first(claims, words, first):
    assert ids(claims, *words)[0] == first


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("pickle", "pickling/result-not-pickled"),
        ("picle", "pickling/result-not-pickled"),
        ("can't pickle", "pickling/item-not-pickled"),
        ("Can't pickle local object", "start-methods/lambda-or-local-function-as-target"),
        ("lamda", "pickling/lambda-as-task"),
        ("global", "state/global-set-at-run-time"),
        ("golbal", "state/global-set-at-run-time"),
        ("is not defined", "state/global-set-at-run-time"),
        ("hang", "producer-consumer/hangs-without-sentinel"),
        ("pool hangs", "start-methods/pool-hangs-on-exception-not-made-again"),
        ("zombie", "join/unjoined-is-zombie"),
        ("zombi", "join/unjoined-is-zombie"),
        ("zomby", "join/unjoined-is-zombie"),
        ("port in use", "state/port-kept-by-child"),
        ("address already in use", "state/port-kept-by-child"),
        ("SIGTERM", "life-and-death/sigterm-leaves-children"),
        ("sigterm handler", "life-and-death/terminated-child-runs-programs-handler"),
        ("atexit", "start-methods/childs-own-exit-handlers-run"),
        ("atexit os.fork", "life-and-death/exit-handlers-run-in-os-fork-child"),
        ("oom killed", "start-methods/pool-loses-task-of-killed-worker"),
        ("jupyter notebook", "start-methods/program-by-option-has-no-targets"),
        ("daemonic", "daemon/no-children"),
        ("daemonic children", "daemon/no-children"),
        ("deamon children", "daemon/no-children"),
        ("freeze_support", "start/guard-needed-under-spawn"),
        ("bootstrapping phase", "start/guard-needed-under-spawn"),
        ("BrokenProcessPool", "start-methods/executor-breaks-with-killed-worker"),
        ("environ", "creation/fork-same-environment"),
        ("drain queue before join", "queue/messages-not-big-data"),
        ("leaked semaphore tracker", "start-methods/left-semaphore-is-removed"),
        ("mock not applied", "state/patch-reaches-child"),
        ("deadlock", "start-methods/fork-beside-thread-warns"),
        ("fork deadlock", "start-methods/lock-freed-by-its-thread"),
        ("queue-join-deadlock", "queue/messages-not-big-data"),
        ("pool hangs killed worker", "start-methods/pool-loses-task-of-killed-worker"),
        ("segfault", "termination/bad-memory-is-catchable"),
        ("exit code 11", "termination/bad-memory-is-catchable"),
        ("frozen", "producer-consumer/hangs-without-sentinel"),
        ("KeyboardInterrupt hangs at exit", "life-and-death/interrupted-program-waits-for-children"),
    ],
)
def test_what_users_ask_for_is_among_the_first_three(claims, query, wanted):
    assert wanted in ids(claims, query)[:3]


def test_common_words_need_not_occur(claims):
    assert ids(claims, "why is a zombie there?")[0] == "join/unjoined-is-zombie"


def test_a_word_that_claims_have_is_not_taken_for_another_spelling(claims):
    found, misspelled = ids(claims, "lock"), set(ids(claims, "lcok"))
    assert set(found) <= misspelled
    assert ids(claims, "sigterm") != ids(claims, "sigint")


def test_half_of_the_words_must_occur(claims):
    either = ids(claims, "lambda", "zombie")
    assert set(either) == {*ids(claims, "lambda"), *ids(claims, "zombie")}
    assert ids(claims, "lambda", "zombie", "xyzzy") == either
    assert ids(claims, "lambda", "zombie", "umask") == []
    assert set(ids(claims, "xyzzy", "daemonic", "children")) == set(ids(claims, "daemonic", "children"))
    assert ids(claims, "xyzzy") == []
    assert ids(claims, "xyzzy", "plugh", "daemonic") == []
    assert ids(claims) == []


def test_a_word_that_no_claim_has_does_not_rule_out_the_others(claims):
    assert ids(claims, "xyzzy", "killed") == ids(claims, "killed")


def test_what_users_see_is_searched_too(claims):
    claim = "daemon__no_children".replace("_c", "-c")
    assert ids(claims, "flabbergasted") == []
    assert ids(claims, "flabbergasted", **{claim: "FlabbergastedError: no"}) == ["daemon/no-children"]


def test_a_word_of_users_finds_the_word_that_claims_use(claims):
    assert "process-class/join-waits" in ids(claims, "hang")


def test_a_dotted_name_that_no_claim_has_is_searched_by_its_parts(claims):
    assert ids(claims, "daemonic.children") == ids(claims, "daemonic", "children") != []
    assert ids(claims, "xyzzy.plugh") == []
