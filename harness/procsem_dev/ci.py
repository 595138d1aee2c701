"""Two checks that the CI workflow makes, so that neither a missing run nor a failed download goes unnoticed.

``python -m procsem_dev.ci received RUNS`` compares the downloaded runs with what the workflow's jobs must have sent.
``python -m procsem_dev.ci published NAME --output FILE`` downloads a file of the last published site.
"""

from __future__ import annotations

import json
import os
import re
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from pathlib import Path
from typing import Any

import click
from attrs import frozen

from procsem.catalogue import BUILT_IN, load
from procsem.environment import CONDITIONS
from procsem.model import Claim, Run
from procsem.results import ResultFileError, read_all

WORKFLOW = Path(__file__).parents[2] / ".github" / "workflows" / "ci.yml"
NAMED = 3
"""The number of missing cells that a message names."""


@frozen
class Artifact:
    """The runs that one job must send: one artifact."""

    name: str
    facts: Mapping[str, object]
    """What the environment's facts must be."""
    environments: frozenset[tuple[str, bool]]
    """The start methods, each with whether the probes run under ``python -O``."""


@click.group()
def main() -> None:
    """Check what the CI workflow received and what it published."""


@main.command("received")
@click.argument("runs", type=click.Path(exists=True, file_okay=False, path_type=Path))
def received_command(runs: Path) -> None:
    """Exit with 1, naming what is missing, unless every artifact in the folder RUNS is there and complete."""
    import yaml  # here, because the other command runs where it is not installed

    artifacts = expected(yaml.safe_load(WORKFLOW.read_text(encoding="utf-8")))
    problems = list(missing(artifacts, runs, load(BUILT_IN, CONDITIONS).claims))
    for problem in problems:
        click.echo(f"missing: {problem}", err=True)
    if problems:
        raise SystemExit(1)
    click.echo(f"received the complete runs of {len(artifacts)} jobs")


def expected(workflow: Mapping[str, Any]) -> list[Artifact]:
    """Return the artifacts that the jobs of the workflow must send. A job that uploads ``runs-...`` measures claims."""
    return [
        artifact
        for job in workflow["jobs"].values()
        for step in job["steps"]
        if str(step.get("with", {}).get("name", "")).startswith("runs-")
        for artifact in _artifacts(job, step["with"]["name"])
    ]


def missing(artifacts: Sequence[Artifact], folder: Path, claims: Sequence[Claim]) -> Iterator[str]:
    """Yield one line for each thing that must be in the folder and is not."""
    for artifact in artifacts:
        files = sorted((folder / artifact.name).glob("*.json"))
        if not files:
            yield f"{artifact.name}: no run was received"
            continue
        try:
            runs = [run for file in files for run in read_all(file)]
        except ResultFileError as error:
            yield f"{artifact.name}: {error}"
            continue
        for run in runs:
            yield from (f"{artifact.name}: {problem}" for problem in _wrong(run, artifact.facts))
        for method, optimized in sorted(artifact.environments):
            problem = _missing_cells(runs, method, optimized, claims)
            if problem:
                yield f"{artifact.name}: {method}{' under -O' if optimized else ''}: {problem}"


def _missing_cells(runs: Sequence[Run], method: str, optimized: bool, claims: Sequence[Claim]) -> str:
    """Return which cells of the start method are in no run, or nothing if they are all there."""
    seen = {
        (cell.claim, cell.start_method)
        for run in runs
        if bool(run.environment.facts.get("optimize")) is optimized
        for cell in run.cells
    }
    wanted = [(claim.id, method if claim.per_start_method else None) for claim in claims]
    absent = [name for name, start_method in wanted if (name, start_method) not in seen]
    if not absent:
        return ""
    if len(absent) == len(wanted) or not any(start_method == method for _, start_method in seen):
        return "was not run"
    names = ", ".join(absent[:NAMED]) + (" ..." if len(absent) > NAMED else "")
    return f"{len(absent)} of {len(wanted)} cells: {names}"


def _wrong(run: Run, facts: Mapping[str, object]) -> Iterator[str]:
    """Yield what shows that the run is of another environment, or incomplete."""
    if not run.complete:
        yield f"the run of {run.environment.label} was interrupted"
    for name, value in facts.items():
        actual = run.environment.facts.get(name)
        if name == "python":
            actual = ".".join(str(actual).split(".")[:2])
        if actual != value:
            yield f"the run is of {run.environment.label}, which has {name} {actual!r} instead of {value!r}"


def _artifacts(job: Mapping[str, Any], template: str) -> Iterator[Artifact]:
    """Yield the artifacts of one job: one for each combination of its matrix."""
    matrix = dict(job.get("strategy", {}).get("matrix", {}))
    excluded = matrix.pop("exclude", [])
    if "include" in matrix:
        raise ValueError("a matrix with `include` is not understood here: extend procsem_dev.ci")
    for values in product(*matrix.values()):
        chosen = dict(zip(matrix, values, strict=True))
        if any(each.items() <= chosen.items() for each in excluded):
            continue
        name = template
        for key, value in chosen.items():
            name = name.replace(f"${{{{ matrix.{key} }}}}", value)
        yield Artifact(name, _facts(chosen), frozenset(_environments(job, chosen)))


def _environments(job: Mapping[str, Any], chosen: Mapping[str, str]) -> Iterator[tuple[str, bool]]:
    """Yield the environments of tox.ini that the job runs for this combination; Windows has only spawn."""
    for step in job["steps"]:
        condition = re.search(r"matrix\.(\w+) == '([^']*)'", str(step.get("if", "")))
        if condition and chosen[condition[1]] != condition[2]:
            continue
        for names in re.findall(r"tox run -e ([\w,-]+)", step.get("run", "")):
            for name in names.split(","):
                method, _, optimized = name.partition("-")
                if method == "spawn" or not chosen.get("os", "").startswith("windows"):
                    yield method, bool(optimized)


def _facts(chosen: Mapping[str, str]) -> dict[str, object]:
    """Return the facts that tell the combination from the others. A job without a matrix is the one for musl."""
    if not chosen:
        return {"system": "linux", "musl": True}
    system, python = chosen["os"], chosen["python"]
    kind, _, rest = system.partition("-")
    arm = "arm" in rest or (kind == "macos" and "intel" not in rest)
    version = re.fullmatch(r"(pypy)?(\d+\.\d+)(t)?", python)
    if version is None:
        raise ValueError(f"{python!r} is not a Python that is understood here: extend procsem_dev.ci")
    return {
        "system": {"ubuntu": "linux"}.get(kind, kind),
        "machine": "arm64" if arm else "x86_64",
        "implementation": "pypy" if version[1] else "cpython",
        "python": version[2],
        "free_threaded_build": bool(version[3]),
    }


@main.command("published")
@click.argument("name")
@click.option("--output", required=True, type=click.Path(path_type=Path), help="Where to write the file.")
@click.option("--site", help="The site's address (default: GitHub Pages of the repository).")
@click.option("--wait", default=5.0, show_default=True, help="Seconds before a download that failed is tried again.")
def published_command(name: str, output: Path, site: str | None, wait: float) -> None:
    """Download NAME of the last published site.

    If nothing was ever published there is no file, which is not an error. Any other failure exits with 1: a comparison
    that silently has nothing to compare with would never warn anybody.
    """
    repository = os.environ["GITHUB_REPOSITORY"]
    address = f"{site or pages(repository)}/{name}"
    status, content = download(address, {}, wait)
    if status == 200:
        output.write_bytes(content)
        click.echo(f"downloaded {address}")
        return
    if status != 404:
        raise click.ClickException(f"{address}: cannot be downloaded: {content.decode(errors='replace')[:200]}")
    api = os.environ.get("GITHUB_API_URL", "https://api.github.com")
    query = f"{api}/repos/{repository}/deployments?environment=github-pages&per_page=1"
    token = os.environ.get("GITHUB_TOKEN")
    status, content = download(query, {"Authorization": f"Bearer {token}"} if token else {}, wait)
    if status != 200:
        raise click.ClickException(f"{address}: not found, and {query} does not answer whether it was ever published")
    deployments = json.loads(content)
    if deployments:
        raise click.ClickException(
            f"{address}: not found, but the site was published on {deployments[0]['created_at']}"
        )
    click.echo("nothing was published yet, so there is nothing to compare with")


def pages(repository: str) -> str:
    """Return the address of the GitHub Pages of ``OWNER/NAME``, without a slash at its end."""
    owner, name = repository.lower().split("/")
    host = f"{owner}.github.io"
    return f"https://{host}" if name == host else f"https://{host}/{repository.partition('/')[2]}"


def download(address: str, headers: Mapping[str, str], wait: float, tries: int = 3) -> tuple[int, bytes]:
    """Return the status and the content, or status 0 and the reason if there is no answer."""
    request = urllib.request.Request(address, headers=dict(headers))
    for attempt in range(tries):
        if attempt:
            time.sleep(wait)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            result = error.code, f"{error.code} {error.reason}".encode()
            if error.code < 500:
                break
        except OSError as error:
            result = 0, str(error).encode()
    return result


if __name__ == "__main__":
    main()
