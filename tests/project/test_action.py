"""The action for other projects: what its steps run works. `tox -e lint` checks that its file is valid."""

import base64
import gzip
import json
import os
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
ACTION = REPOSITORY / ".github" / "action"
BROKEN = (
    "import multiprocessing\nif __name__ == '__main__':\n    multiprocessing.Process(target=lambda: None).start()\n"
)

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs bash, which the runners of GitHub have")


@pytest.fixture
def step(tmp_path):
    """Run the step of the action in a folder with a program that breaks under spawn."""
    (tmp_path / "app.py").write_text(BROKEN, encoding="utf-8")
    here = tmp_path / "runner"
    (here / "procsem" / "bin").mkdir(parents=True)
    program = here / "procsem" / "bin" / "procsem"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m procsem "$@"\n', encoding="utf-8")
    program.chmod(0o755)

    def run(command, **inputs):
        files = {"GITHUB_STEP_SUMMARY": here / "summary.md", "GITHUB_OUTPUT": here / "output"}
        for file in files.values():
            file.write_text("", encoding="utf-8")
        env = {"COMMAND": command, "START_METHODS": "spawn", "PYTHONS": sys.executable, "TIMEOUT": "30", "FAIL": "true"}
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        done = subprocess.run(
            ["bash", str(ACTION / "check.sh")],
            cwd=tmp_path,
            env={
                **os.environ,
                **env,
                **inputs,
                "HERE": str(here),
                "PATH": path,
                **{k: str(v) for k, v in files.items()},
            },
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        return done, files["GITHUB_STEP_SUMMARY"].read_text(), files["GITHUB_OUTPUT"].read_text()

    return run


def test_the_step_annotates_writes_the_summary_and_fails(step):
    done, summary, output = step("app.py 'two words'")
    assert done.returncode == 1, done.stderr
    assert "::error file=app.py,line=3," in done.stdout
    assert "unpicklable-target" in summary
    assert "findings=true" in output
    (sarif,) = [line.partition("=")[2] for line in output.splitlines() if line.startswith("sarif=")]
    assert json.loads(Path(sarif).read_text(encoding="utf-8"))["version"] == "2.1.0"


def test_the_step_may_report_only(step):
    done, _, output = step("app.py", FAIL="false")
    assert done.returncode == 0
    assert "findings=true" in output


def test_a_command_that_cannot_be_started_fails(step):
    done, _, _ = step("nowhere.py", FAIL="false")
    assert done.returncode == 2
    assert "nowhere.py" in done.stderr


@pytest.fixture
def api():
    """A server on the loopback interface that takes what the upload sends, and answers with a status."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            server.requests.append((self.path, self.headers["Authorization"], json.loads(body)))
            self.send_response(server.status)
            self.end_headers()
            self.wfile.write(b'{"id": "47"}')

        def log_message(self, *args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    server.requests, server.status = [], 202
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(("status", "code", "word"), [(202, 0, "47"), (403, 1, "security-events: write")])
def test_the_upload_sends_the_file(api, tmp_path, status, code, word):
    api.status = status
    file = tmp_path / "x.sarif"
    file.write_text('{"version": "2.1.0"}', encoding="utf-8")
    env = {
        "GITHUB_API_URL": f"http://127.0.0.1:{api.server_port}",
        "GITHUB_REPOSITORY": "ann/shop",
        "GITHUB_SHA": "0" * 40,
        "GITHUB_REF": "refs/heads/main",
        "GITHUB_TOKEN": "secret",
    }
    done = subprocess.run(
        [sys.executable, str(ACTION / "upload_sarif.py"), str(file)],
        env={**os.environ, **env},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == code
    assert word in done.stdout + done.stderr
    ((path, token, body),) = api.requests
    assert path == "/repos/ann/shop/code-scanning/sarifs"
    assert token == "Bearer secret"
    assert gzip.decompress(base64.b64decode(body["sarif"])) == file.read_bytes()
