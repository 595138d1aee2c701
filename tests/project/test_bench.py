"""``procsem bench`` as a user meets it: what it writes, and what it says where it cannot."""

import json

import pytest


@pytest.fixture
def file(tmp_path, bench_run):
    file = tmp_path / "bench.json"
    file.write_text(json.dumps(bench_run()), encoding="utf-8")
    return file


def one_line(done, *words):
    """A fault: exit code 2, one line on standard error."""
    assert done.returncode == 2, done.stdout + done.stderr
    (line,) = done.stderr.splitlines()
    assert line.startswith("procsem: ")
    for word in words:
        assert word in line, line


def test_text_is_shown_unless_a_file_is_asked_for(procsem, file, tmp_path):
    shown = procsem("bench", file)
    assert shown.returncode == 0, shown.stderr
    assert "Growth with memory" in shown.stdout
    written = procsem("bench", file, "--markdown", "bench.md")
    assert (written.returncode, written.stdout) == (0, "wrote bench.md\n")
    assert "### Growth with memory" in (tmp_path / "bench.md").read_text(encoding="utf-8")


def test_the_page_is_written_whole(procsem, file, tmp_path):
    pytest.importorskip("matplotlib", reason="matplotlib is not installed")
    done = procsem("bench", file, "--html", "bench.html", "--markdown", "bench.md")
    assert (done.returncode, done.stdout, done.stderr) == (0, "wrote bench.md\nwrote bench.html\n", "")
    page = (tmp_path / "bench.html").read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>")
    assert page.rstrip().endswith("</html>")
    assert (tmp_path / "bench.md").exists()


def test_without_the_library_that_draws_it_says_what_to_install(procsem, file, tmp_path, monkeypatch):
    hidden = tmp_path / "hidden"
    hidden.mkdir()
    (hidden / "matplotlib.py").write_text("raise ModuleNotFoundError('gone', name='matplotlib')\n", encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(hidden))
    one_line(
        procsem("bench", file, "--html", "bench.html"), "matplotlib is not installed", "pip install 'procsem[bench]'"
    )
    assert not (tmp_path / "bench.html").exists()
    assert procsem("bench", file).returncode == 0, "all else does without"


@pytest.mark.parametrize(
    ("text", "words"), [("{}", "is no run of the benchmarks"), ("no JSON", "Expecting value"), (None, "cannot be read")]
)
def test_a_file_that_is_no_run_is_said(procsem, tmp_path, text, words):
    if text is not None:
        (tmp_path / "odd.json").write_text(text, encoding="utf-8")
    one_line(procsem("bench", "odd.json", "--html", "bench.html"), "odd.json", words)


def test_a_page_that_cannot_be_written_is_said(procsem, file):
    pytest.importorskip("matplotlib", reason="matplotlib is not installed")
    one_line(procsem("bench", file, "--html", "no/such/folder/bench.html"), "bench.html")
