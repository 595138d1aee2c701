"""The README and CONTRIBUTING are true: their commands, their numbers and their example of a claim."""

import re
from pathlib import Path

from procsem.catalogue import select
from procsem.cli.main import COMMANDS
from tests.catalogue import CLAIMS

REPOSITORY = Path(__file__).resolve().parents[2]
README = (REPOSITORY / "README.md").read_text(encoding="utf-8")
CONTRIBUTING = (REPOSITORY / "CONTRIBUTING.md").read_text(encoding="utf-8")


def commands(text):
    """The lines of a Markdown text's code blocks that are commands, fenced or indented."""
    return [line.strip() for line in re.findall(r"(?m)^(?: {4}|PS> )?((?:python3|py) -m venv .*)$", text)]


def test_the_readme_opens_with_two_commands_for_posix_and_two_for_windows():
    posix = [command for command in commands(README) if command.startswith("python3 ")]
    windows = [command for command in commands(README) if command.startswith("py ")]
    assert [("procsem run" in command, "tox" in command) for command in posix] == [(True, False), (False, True)]
    assert [("procsem run" in command, "tox" in command) for command in windows] == [(True, False), (False, True)]
    assert README.index(posix[0]) < 1500


def test_continuous_integration_runs_the_command_that_the_readme_gives():
    script = (REPOSITORY / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    (command,) = [command for command in commands(README) if command.startswith("python3 ") and "tox" in command]
    assert script[-1] == command


def test_every_command_and_file_that_the_texts_name_exists():
    for text in (README, CONTRIBUTING):
        for word in re.findall(r"`procsem (\w+)", text):
            assert word in COMMANDS, word
        for path in re.findall(r"`((?:harness|tests|probes)/[\w/.-]+)`", text):
            an_example = "TOPIC" in path or "exit_code_arrives" in path
            assert an_example or (REPOSITORY / path).exists(), path


def test_the_claims_that_the_readme_counts_and_names_are_there():
    beyond = sum(claim.source is None for claim in CLAIMS)
    for number in (len(CLAIMS), beyond):
        assert re.search(rf"\b{number}\b", README), f"the README must say that there are {number} of them"
    topics = {claim.topic for claim in CLAIMS}
    named = [name for name in re.findall(r"`([a-z-]+/[a-z0-9*-]+)`", README) if name.partition("/")[0] in topics]
    assert len(named) > 5
    for name in named:
        assert select(CLAIMS, [name]), name


def test_the_claim_that_contributing_adds_in_ten_minutes_works_as_it_stands(probes, procsem, tmp_path):
    blocks = re.findall(r"(?ms)^```(\w+)\n(.*?)^```", CONTRIBUTING)
    probe = next(text for kind, text in blocks if kind == "python")
    claim = next(text for kind, text in blocks if kind == "toml")
    folder = probes.folder / "process-class"
    folder.mkdir()
    (folder / "exit_code_arrives.py").write_text(probe, encoding="utf-8")
    (folder / "claims.toml").write_text(claim, encoding="utf-8")
    probes.add("other")
    done = procsem("run", "--probes", probes.folder, "process-class/exit-code-arrives")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "exit-code-arrives" in done.stdout
