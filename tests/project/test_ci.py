"""The workflow's own checks: it fails, and names what is missing, when it received less than its jobs must send."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import yaml
from click.testing import CliRunner

from procsem import results
from procsem.model import CellResult, Environment, Run, Verdict
from procsem_dev import ci
from tests.catalogue import CLAIMS

ONCE = next(claim.id for claim in CLAIMS if not claim.per_start_method)
WORKFLOW = """
jobs:
  tests:
    steps:
      - run: tox run -e tests
  claims:
    strategy:
      matrix:
        os: [ubuntu-24.04-arm, macos-26, windows-2025]
        python: ["3.11", "3.14t"]
        exclude:
          - {os: macos-26, python: "3.11"}
    steps:
      - run: tox run -e spawn,fork -- --out runs
      - if: ${{ matrix.python == '3.14t' && !cancelled() }}
        run: tox run -e spawn-optimized,fork-optimized -- --out runs
      - if: ${{ !cancelled() }}
        uses: actions/upload-artifact@0
        with:
          name: runs-${{ matrix.os }}-${{ matrix.python }}
  musl:
    steps:
      - run: tox run -e forkserver -- --out runs
      - uses: actions/upload-artifact@0
        with: {name: runs-musl}
"""
ARTIFACTS = {artifact.name: artifact for artifact in ci.expected(yaml.safe_load(WORKFLOW))}


def measured(facts, methods, optimize=0, complete=True, without=()):
    """A run of every claim under these start methods, but of those ``without``."""
    environment = {
        "implementation": "cpython",
        "python": "3.14.0",
        "python_release": "3.14.0",
        "machine": "x86_64",
        "musl": False,
        "start_methods": ["fork", "spawn"],
        "default_start_method": "spawn",
        "assertions": not optimize,
        "optimize": optimize,
    }
    cells = tuple(
        CellResult(claim.id, method, Verdict.UPHELD, Verdict.UPHELD, True, "", 0.0, {})
        for claim in CLAIMS
        if claim.id not in without
        for method in (methods if claim.per_start_method else [None])
    )
    return Run(Environment(environment | facts), "2026-01-02T03:04:05+00:00", 1.0, cells, complete)


@pytest.fixture
def runs(tmp_path):
    """A folder with everything that the jobs must send."""
    for artifact in ARTIFACTS.values():
        for optimized in (False, True):
            for method in sorted(method for method, flag in artifact.environments if flag is optimized):
                send(tmp_path, artifact.name, measured(artifact.facts, [method], int(optimized)))
    return tmp_path


def send(folder, name, *runs):
    (folder / name).mkdir(exist_ok=True)
    for run in runs:
        results.write(run, folder / name)


def problems(folder):
    return list(ci.missing(list(ARTIFACTS.values()), folder, CLAIMS))


def resend(folder, name, *runs):
    """Replace what the job sent."""
    for file in (folder / name).iterdir():
        file.unlink()
    send(folder, name, *runs)


def test_what_each_job_must_send_is_read_from_the_workflow():
    assert {name: sorted(artifact.environments) for name, artifact in ARTIFACTS.items()} == {
        "runs-ubuntu-24.04-arm-3.11": [("fork", False), ("spawn", False)],
        "runs-ubuntu-24.04-arm-3.14t": [("fork", False), ("fork", True), ("spawn", False), ("spawn", True)],
        "runs-macos-26-3.14t": [("fork", False), ("fork", True), ("spawn", False), ("spawn", True)],
        "runs-windows-2025-3.11": [("spawn", False)],
        "runs-windows-2025-3.14t": [("spawn", False), ("spawn", True)],
        "runs-musl": [("forkserver", False)],
    }
    assert ARTIFACTS["runs-macos-26-3.14t"].facts == {
        "system": "macos",
        "machine": "arm64",
        "implementation": "cpython",
        "python": "3.14",
        "free_threaded_build": True,
    }
    assert ARTIFACTS["runs-musl"].facts == {"system": "linux", "musl": True}


def test_nothing_is_missing_when_all_was_sent(runs):
    assert problems(runs) == []


def test_an_artifact_that_did_not_arrive_is_named(runs):
    for file in (runs / "runs-musl").iterdir():
        file.unlink()
    (runs / "runs-musl").rmdir()
    assert problems(runs) == ["runs-musl: no run was received"]


def test_a_start_method_that_was_not_run_is_named(runs):
    name = "runs-ubuntu-24.04-arm-3.14t"
    facts = ARTIFACTS[name].facts
    resend(runs, name, measured(facts, ["spawn"]), measured(facts, ["spawn", "fork"], optimize=1))
    assert problems(runs) == [f"{name}: fork: was not run"]
    resend(runs, name, measured(facts, ["spawn", "fork"]))
    assert problems(runs) == [f"{name}: fork under -O: was not run", f"{name}: spawn under -O: was not run"]


def test_cells_that_are_missing_are_counted_and_named(runs):
    name = "runs-windows-2025-3.11"
    without = [claim.id for claim in CLAIMS if claim.per_start_method][:4]
    resend(runs, name, measured(ARTIFACTS[name].facts, ["spawn"], without=without))
    assert problems(runs) == [f"{name}: spawn: 4 of {len(CLAIMS)} cells: {', '.join(without[:3])} ..."]
    resend(runs, name, measured(ARTIFACTS[name].facts, ["spawn"], without=[ONCE]))
    assert problems(runs) == [f"{name}: spawn: 1 of {len(CLAIMS)} cells: {ONCE}"]


def test_a_run_of_another_environment_and_an_interrupted_run_are_named(runs):
    name = "runs-windows-2025-3.11"
    facts = ARTIFACTS[name].facts
    label = "CPython 3.14.0 on windows x86_64"
    resend(runs, name, measured({**facts, "python": "3.12.7"}, ["spawn"]))
    assert problems(runs) == [f"{name}: the run is of {label}, which has python '3.12' instead of '3.11'"]
    resend(runs, name, measured(facts, ["spawn"], complete=False))
    assert problems(runs) == [f"{name}: the run of {label} was interrupted"]


def test_a_damaged_file_is_named(runs):
    (runs / "runs-musl" / "damaged.json").write_text("{")
    (problem,) = problems(runs)
    assert problem.startswith("runs-musl: ")
    assert "damaged.json" in problem


def test_the_command_reads_our_workflow_and_fails_when_nothing_was_received(tmp_path):
    done = CliRunner().invoke(ci.main, ["received", str(tmp_path)])
    assert done.exit_code == 1
    for name in ("ubuntu-24.04-3.11", "macos-26-3.15t", "windows-11-arm-3.11", "ubuntu-24.04-pypy3.11", "musl"):
        assert f"missing: runs-{name}: no run was received\n" in done.stderr
    assert "runs-windows-11-arm-pypy3.11" not in done.stderr


@pytest.mark.parametrize(
    ("repository", "address"),
    [
        ("procsem/procsem", "https://procsem.github.io/procsem"),
        ("Some-One/Fork", "https://some-one.github.io/Fork"),
        ("procsem/procsem.github.io", "https://procsem.github.io"),
    ],
)
def test_the_address_of_the_site_follows_from_the_name_of_the_repository(repository, address):
    assert ci.pages(repository) == address


@pytest.fixture
def published(tmp_path, monkeypatch):
    """Run the command against a server with these answers; return the result and the file, if there is one."""
    servers = []

    def run(answers):
        asked = []

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                asked.append(self.path)
                status, content = answers[self.path.partition("?")[0]]
                self.send_response(status)
                self.end_headers()
                self.wfile.write(content.encode())

            def log_message(self, *_):
                """Print nothing."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        servers.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        at = f"http://127.0.0.1:{server.server_port}"
        monkeypatch.setenv("GITHUB_REPOSITORY", "a/b")
        monkeypatch.setenv("GITHUB_API_URL", f"{at}/api")
        output = tmp_path / "last.json"
        command = ["published", "matrix.json", "--output", str(output), "--site", f"{at}/site", "--wait", "0"]
        done = CliRunner().invoke(ci.main, command)
        return done, output.read_text() if output.exists() else None, asked

    yield run
    for server in servers:
        server.shutdown()
        server.server_close()


def test_what_was_published_is_downloaded(published):
    done, content, _ = published({"/site/matrix.json": (200, "{}")})
    assert (done.exit_code, content) == (0, "{}")


def test_before_the_first_publication_there_is_nothing_to_compare_with(published):
    done, content, _ = published({"/site/matrix.json": (404, ""), "/api/repos/a/b/deployments": (200, "[]")})
    assert (done.exit_code, content) == (0, None)
    assert "nothing was published yet" in done.stdout


def test_a_file_that_is_missing_from_a_published_site_is_an_error(published):
    deployments = json.dumps([{"created_at": "2026-01-02T03:04:05Z"}])
    done, content, _ = published({"/site/matrix.json": (404, ""), "/api/repos/a/b/deployments": (200, deployments)})
    assert (done.exit_code, content) == (1, None)
    assert "the site was published on 2026-01-02T03:04:05Z" in done.stderr


def test_a_server_that_fails_is_tried_again_and_then_an_error(published):
    done, content, asked = published({"/site/matrix.json": (503, "")})
    assert (done.exit_code, content, asked) == (1, None, ["/site/matrix.json"] * 3)
    assert "cannot be downloaded: 503 Service Unavailable" in done.stderr


def test_not_knowing_whether_anything_was_published_is_an_error(published):
    done, content, _ = published({"/site/matrix.json": (404, ""), "/api/repos/a/b/deployments": (403, "")})
    assert (done.exit_code, content) == (1, None)
    assert "whether it was ever published" in done.stderr


def test_no_server_is_an_error(tmp_path, monkeypatch):
    monkeypatch.setenv("GITHUB_REPOSITORY", "a/b")
    site = "http://127.0.0.1:9"  # the discard port, where nothing listens
    command = ["published", "matrix.json", "--output", str(tmp_path / "out"), "--site", site, "--wait", "0"]
    done = CliRunner().invoke(ci.main, command)
    assert done.exit_code == 1
    assert "cannot be downloaded" in done.stderr
