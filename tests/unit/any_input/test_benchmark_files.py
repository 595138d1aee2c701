"""Whatever a benchmark file contains, ``bench`` shows it or prints one line, and exits with 2."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import benchmark, claim, noisy, run
from tests.unit.any_input.damage import anything, damaged_data, damaged_text

VALID = run(
    benchmark("baseline", noisy(0.001, "baseline", batches=3), ratio=(1, 1, 1)),
    benchmark("Process, fork", [[0.002, 0.004]] * 3, ratio=(3, 2.5, 3.5), context={"modules": 34}),
    *(
        benchmark(f"fork {x}", [[0.001 + x / 1e6] * 2] * 3, group="growth", series="fork", x=x, unit="MB")
        for x in (0, 100)
    ),
    claims=[claim("fork-is-faster")],
    checks=[{"name": "idle", "question": "Was it idle?", "holds": True, "facts": {}}],
)


@given(data=damaged_data(VALID) | anything)
def test_a_benchmark_file(data, command, folder):
    file = folder / "bench.json"
    file.write_text(json.dumps(data), encoding="utf-8")
    for views in ([], ["--markdown", folder / "b.md"], ["--html", folder / "b.html"]):
        command("bench", file, *views).check()


@given(old=damaged_data(VALID), new=damaged_data(VALID))
def test_comparing_benchmark_files(old, new, command, folder):
    files = [folder / "old.json", folder / "new.json"]
    for file, data in zip(files, (old, new), strict=True):
        file.write_text(json.dumps(data), encoding="utf-8")
    command("bench", files[1], "--against", files[0]).check()


@given(text=damaged_text(json.dumps(VALID)) | st.text())
def test_a_damaged_text_of_a_benchmark_file(text, command, folder):
    file = folder / "bench.json"
    file.write_text(text, encoding="utf-8", errors="surrogatepass")
    command("bench", file).check()
