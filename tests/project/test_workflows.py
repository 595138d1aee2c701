"""The workflows: pinned, calling only what exists, and covering every supported Python.

`tox -e lint` checks that they are valid.
"""

import configparser
import itertools
import re
import shlex
import tomllib
from pathlib import Path

import pytest
import yaml

REPOSITORY = Path(__file__).resolve().parents[2]
WORKFLOWS = sorted((REPOSITORY / ".github" / "workflows").glob("*.yml"))
CI = yaml.safe_load((REPOSITORY / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8"))
PYPROJECT = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def tox():
    parser = configparser.ConfigParser(interpolation=None)
    parser.read(REPOSITORY / "tox.ini", encoding="utf-8")
    return parser


def test_there_are_workflows():
    assert [file.stem for file in WORKFLOWS] == ["ci", "release"]


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_every_action_is_pinned_by_commit_with_its_version_in_a_comment(workflow):
    uses = re.findall(r"uses: (.*)", workflow.read_text(encoding="utf-8"))
    assert uses
    assert [use for use in uses if not re.fullmatch(r"[\w./-]+@[0-9a-f]{40} # v\d+(\.\d+)*", use)] == []


def test_an_action_has_the_same_version_everywhere():
    pins = {use for file in WORKFLOWS for use in re.findall(r"uses: (.*)", file.read_text(encoding="utf-8"))}
    actions = [use.partition("@")[0] for use in pins]
    assert sorted(actions) == sorted(set(actions))


def test_the_image_for_musl_is_pinned_by_digest():
    images = re.findall(
        r"(?m)^FROM (.*)$", (REPOSITORY / ".github" / "musl" / "Dockerfile").read_text(encoding="utf-8")
    )
    assert images
    assert [image for image in images if not re.fullmatch(r"\S+@sha256:[0-9a-f]{64}", image)] == []


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_every_tox_environment_that_is_called_exists(workflow, tox):
    environments = set()
    for section in tox.sections():
        factors = [part.split(",") for part in re.split(r"[{}]", section.removeprefix("testenv:"))]
        environments |= {"".join(chosen) for chosen in itertools.product(*factors)}
    called = re.findall(r"tox run -e ([\w,-]+)", workflow.read_text(encoding="utf-8"))
    assert called
    assert {name for names in called for name in names.split(",")} <= environments


def test_every_supported_python_runs_the_tests_and_the_claims():
    supported = {
        match[1]
        for each in PYPROJECT["project"]["classifiers"]
        if (match := re.fullmatch(r"Programming Language :: Python :: (3\.\d+)", each))
    }
    assert min(supported, key=lambda version: int(version[2:])) == PYPROJECT["project"]["requires-python"].strip(">=")
    assert set(CI["jobs"]["tests"]["strategy"]["matrix"]["python"]) == supported
    assert set(CI["jobs"]["claims"]["strategy"]["matrix"]["python"]) >= supported


def test_lint_checks_every_workflow_and_pre_commit_runs_the_commands_of_lint(tox):
    lint = [line for line in tox["testenv:lint"]["commands"].splitlines() if line]
    checked = next(line for line in lint if "vendor.github-workflows" in line)
    assert shlex.split(checked)[-len(WORKFLOWS) :] == [file.relative_to(REPOSITORY).as_posix() for file in WORKFLOWS]
    hooks = yaml.safe_load((REPOSITORY / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"]
    assert [hook["entry"] for repo in hooks if repo["repo"] == "local" for hook in repo["hooks"]] == lint
