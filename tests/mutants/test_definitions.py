"""The definitions of mutants: how edits are applied, and which faults the loader reports."""

from __future__ import annotations

from pathlib import Path

import pytest

from procsem_dev.mutants.definitions import Edit, Mutant, MutantError, load, share_out


def edit(find: str, replace: str = "", file: str = "a.py") -> Edit:
    return Edit(file, find, replace)


def mutant(*edits: Edit) -> Mutant:
    return Mutant("m", "a rule", (), edits)


def test_an_edit_is_made() -> None:
    assert mutant(edit("b", "x")).apply({"a.py": "abc"}) == {"a.py": "axc"}


def test_edits_of_one_file_are_alternatives_in_order() -> None:
    either = mutant(edit("old words", "1"), edit("b", "2"), edit("c", "3"))
    assert either.apply({"a.py": "abc"}) == {"a.py": "a2c"}


def test_each_file_is_edited() -> None:
    both = mutant(edit("a", "1"), edit("b", "2", "b.py"))
    assert both.apply({"a.py": "a", "b.py": "b"}) == {"a.py": "1", "b.py": "2"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("bob", "m: the text to find is 2 times in a.py"),
        ("xyz", "m: none of its texts is in a.py of this Python"),
    ],
)
def test_a_text_that_is_not_in_the_file_exactly_once_is_an_error(text: str, message: str) -> None:
    with pytest.raises(MutantError, match=message):
        mutant(edit("b")).apply({"a.py": text})


def shares(**flips: str) -> dict[str, str]:
    """Return which claims each mutant keeps; a claim is a letter."""
    return {m.name: "".join(m.flips) for m in share_out(Mutant(name, "", tuple(f), ()) for name, f in flips.items())}


def test_a_claim_is_left_to_the_mutant_that_flips_the_fewest() -> None:
    assert shares(broad="abcd", narrow="bc") == {"broad": "ad", "narrow": "bc"}


def test_a_mutant_keeps_the_rarest_claim_if_all_are_left_to_others() -> None:
    assert shares(broad="abc", first="a", second="b", third="b", fourth="c") == {
        "broad": "a",
        "first": "a",
        "second": "b",
        "third": "b",
        "fourth": "c",
    }


def test_a_mutant_alone_keeps_all_of_its_claims() -> None:
    assert shares(alone="abc", other="d", none="") == {"alone": "abc", "other": "d", "none": ""}


def test_all_claims_and_all_mutants_keep_a_part() -> None:
    mutants = list(load().values())
    shared = share_out(mutants)
    assert {claim for m in shared for claim in m.flips} == {claim for m in mutants for claim in m.flips}
    assert [m.name for m in shared if m.flips] == [m.name for m in mutants if m.flips]


GOOD = {
    "breaks": "'b'",
    "flips": "['t/c']",
    "edit": "[{ file = 'a', find = 'x', replace = 'y' }]",
}


def write(folder: Path, **changes: str | None) -> Path:
    """Write a file with one mutant in which these keys are changed, or removed if they are None."""
    lines = [f"{key} = {value}" for key, value in {**GOOD, **changes}.items() if value is not None]
    (folder / "m.toml").write_text("# A comment\n[m]\n" + "\n".join(lines) + "\n")
    return folder


def test_a_mutant_is_loaded(tmp_path: Path) -> None:
    also = "[{ when = { python = '>=3.12' }, flips = ['t/d'] }]"
    loaded = load(write(tmp_path, also=also, everywhere="['t/d']", needs="{ start_method = 'fork' }"))["m"]
    assert (loaded.name, loaded.breaks, loaded.flips, loaded.everywhere) == ("m", "b", ("t/c",), ("t/d",))
    assert loaded.edits == (Edit("a", "x", "y"),)
    assert loaded.claims() == ("t/c", "t/d")
    assert loaded.needs.holds({"start_method": "fork"})
    assert loaded.for_environment({"python": "3.12.1"}).flips == ("t/c", "t/d")
    assert loaded.for_environment({"python": "3.11.7"}).flips == ("t/c",)


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("breaks", None, "breaks: is missing"),
        ("flips", None, "flips: is missing"),
        ("flips", "[]", "flips: flips no claim"),
        ("flips", "'t/c'", "flips: must be a list, not text"),
        ("flip", "['t/c']", "flip: unknown key; did you mean 'flips'?"),
        ("edit", None, "edit: is missing"),
        ("edit", "[]", "edit: edits nothing; add [[m.edit]]"),
        ("edit", "[{ file = 'a', find = 'x', replace = 'x' }]", "edit[0]: changes nothing: 'x'"),
        ("edit", "[{ file = 'a', find = '', replace = 'x' }]", "edit[0]: changes nothing: ''"),
        (
            "edit",
            "[{ file = 'a', find = 'x', replaces = 'y' }]",
            "edit[0].replaces: unknown key; did you mean 'replace'?",
        ),
        ("needs", "{ python = 'new' }", "needs.python: 'new' is not a version range"),
        ("needs", "{ start_methods = 'fork' }", "needs.start_methods: "),
        ("needs", "{ start_method = 'spwan' }", "needs.start_method: can never be 'spwan'; did you mean 'spawn'?"),
        ("everywhere", "['t/d']", "everywhere[0]: 't/d' is not in `flips`"),
        ("also", "[{ when = { systm = 'linux' }, flips = ['t/d'] }]", "also[0].when.systm: not a fact"),
        ("also", "[{ when = { system = 'linux' }, turns = ['t/d'] }]", "also[0].turns: unknown key"),
    ],
)
def test_a_fault_is_reported_with_its_file_line_and_key(
    tmp_path: Path, key: str, value: str | None, message: str
) -> None:
    with pytest.raises(MutantError) as error:
        load(write(tmp_path, **{key: value}))
    assert f"{tmp_path / 'm.toml'}:2: [m] {message}" in str(error.value)


def test_all_faults_of_all_files_are_reported(tmp_path: Path) -> None:
    write(tmp_path, needs="{ gil = 3 }", everywhere="['t/d']")
    (tmp_path / "n.toml").write_text("[n")
    (tmp_path / "o.toml").write_text((tmp_path / "m.toml").read_text().replace("[m]", "[unmodified]"))
    (tmp_path / "p.toml").write_text("[p]\n")
    with pytest.raises(MutantError) as error:
        load(tmp_path)
    first, second, broken, reserved, *missing = str(error.value).splitlines()
    assert ("everywhere[0]" in first, "needs.gil" in second) == (True, True)
    assert "n.toml: not valid TOML" in broken
    assert "[unmodified]: another mutant has this name" in reserved
    assert len(missing) == 3


def test_two_mutants_with_one_name_are_a_fault(tmp_path: Path) -> None:
    write(tmp_path)
    (tmp_path / "n.toml").write_text((tmp_path / "m.toml").read_text())
    with pytest.raises(MutantError, match=r"n\.toml:2: \[m\]: another mutant has this name"):
        load(tmp_path)
