"""The lines of keys in a TOML text."""

import tomllib
from pathlib import Path

import pytest

from procsem.catalogue import BUILT_IN
from procsem.catalogue.key_lines import key_lines, line_of, table_lines

TEXT = '''\
# [comment]
top = 1
[a]
says = """
[not-a-table]
key = "no key" """
quoted = 'a # b = [c]'
"dotted.key".more = { one = 1, two = [1, 2] } # end = 1
list = [
    "x", # a comment, with ] and "
    { deep = [
        3,
    ] },
]
escaped = "\\" # not = a comment"
four = """a quote at the end""""
[[a.rules]]
when = 1
[a.rules.below]
it = 1979-05-27 07:32:00
[[a.rules]]
when = 2
[a.rules.below]
it = 2
["b-c"]
d.e = 1
d.f = 2'''

LINES = {
    ("top",): 2,
    ("a",): 3,
    ("a", "says"): 4,
    ("a", "quoted"): 7,
    ("a", "dotted.key", "more", "two", 1): 8,
    ("a", "list"): 9,
    ("a", "list", 0): 10,
    ("a", "list", 1, "deep"): 11,
    ("a", "list", 1, "deep", 0): 12,
    ("a", "escaped"): 15,
    ("a", "four"): 16,
    ("a", "rules"): 17,
    ("a", "rules", 0): 17,
    ("a", "rules", 0, "when"): 18,
    ("a", "rules", 0, "below"): 19,
    ("a", "rules", 0, "below", "it"): 20,
    ("a", "rules", 1): 21,
    ("a", "rules", 1, "when"): 22,
    ("a", "rules", 1, "below", "it"): 24,
    ("b-c",): 25,
    ("b-c", "d", "f"): 27,
}


def paths(data, path=()):
    """Every path to a value in data that was read from TOML."""
    yield path
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in items:
        yield from paths(value, (*path, key))


def test_each_key_has_the_line_on_which_it_is_written():
    lines = key_lines(TEXT)
    assert {path: lines[path] for path in LINES} == LINES


def test_windows_line_ends_do_not_count_twice():
    assert key_lines(TEXT.replace("\n", "\r\n")) == key_lines(TEXT)


@pytest.mark.parametrize("text", [TEXT, *(file.read_text("utf-8") for file in sorted(BUILT_IN.glob("*/claims.toml")))])
def test_every_path_that_tomllib_finds_has_a_line_and_no_other_path(text):
    assert set(key_lines(text)) == set(paths(tomllib.loads(text))) - {()}


def test_the_line_of_each_claim_is_that_of_its_heading():
    for file in BUILT_IN.glob("*/claims.toml"):
        text = file.read_text(encoding="utf-8").splitlines()
        for path, line in key_lines("\n".join(text)).items():
            if len(path) == 1:
                assert text[line - 1].startswith(f"[{path[0]}]"), Path(file, str(line))


HEADINGS = [
    "[a]\n[b]\n[b.c]\n[[b.d]]",
    "[a]\n[b] # x",
    "x = 1\n['a']\n[b]",
    '[a]\nx = """\n[b]\n"""\n[b]',
    "[a]\r\n\r\n[ b ]\r\n",
    "[a.x]\nb.y = 1\n[b]",
    "a = {}\nb = {}",
]
"""Texts with tables a and b."""


@pytest.mark.parametrize("text", [*HEADINGS, *(file.read_text("utf-8") for file in sorted(BUILT_IN.glob("*/*.toml")))])
def test_tables_have_the_same_lines_if_only_they_are_looked_for(text):
    names = {path[0] for path in key_lines(text)}
    assert table_lines(text, names) == {name: key_lines(text)[name,] for name in names}


def test_a_missing_key_has_the_line_of_the_table_around_it():
    lines = key_lines(TEXT)
    assert line_of(("a", "rules", 1, "because"), lines) == 21
    assert line_of(("nothing",), lines) == 1
