"""Claims are found by words, the best first."""

import pytest

from procsem.catalogue import BUILT_IN, load
from procsem.catalogue.search import search
from procsem.environment import CONDITIONS


@pytest.fixture(scope="module")
def claims():
    return load(BUILT_IN, CONDITIONS).claims


def ids(claims, *words, **symptoms):
    return [found.claim.id for found in search(claims, words, {k.replace("__", "/"): v for k, v in symptoms.items()})]


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


def test_every_word_must_occur(claims):
    assert ids(claims, "lambda", "zombie") == []
    assert ids(claims, "xyzzy") == []
    assert ids(claims) == []


def test_what_users_see_is_searched_too(claims):
    claim = "daemon__no_children".replace("_c", "-c")
    assert ids(claims, "flabbergasted") == []
    assert ids(claims, "flabbergasted", **{claim: "FlabbergastedError: no"}) == ["daemon/no-children"]


def test_a_word_of_users_finds_the_word_that_claims_use(claims):
    assert "process-class/join-waits" in ids(claims, "hang")
