"""What can be tested of the benchmarks' page without a browser."""

import re
import sys
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest

from procsem.bench import results
from procsem.views.html.bench import PlottingUnavailableError, render

HOSTILE = "<script>hacked=1</script>'\"><!--{{7*7}} $x_1$ \\frac 守护"
VOID = {"meta", "br", "img", "input", "link"}


@pytest.fixture(scope="module")
def drawn():
    """The module that draws the plots."""
    pytest.importorskip("matplotlib", reason="needs matplotlib")
    from procsem.views.html.bench import plots

    return plots


@pytest.fixture(scope="module")
def bench(bench_run):
    return results.read(bench_run(HOSTILE))


@pytest.fixture(scope="module")
def page(drawn, bench):
    return render(bench)


class Reader(HTMLParser):
    """The elements of the page with their attributes, and its text."""

    def __init__(self, page):
        super().__init__()
        self.elements, self.open, self.text = [], [], ""
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "style" not in self.open:
            self.text += data


def test_it_is_well_formed_and_ids_are_unique(page):
    reader = Reader(page)
    assert reader.open == []
    ids = [attributes["id"] for _, attributes in reader.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    for tag, attributes in reader.elements:
        for name in ("href", "aria-labelledby", "aria-describedby"):
            if name in attributes and (name != "href" or tag in ("a", "use")):
                assert attributes[name].removeprefix("#") in ids, (tag, attributes)


def test_it_needs_no_network_and_has_no_script(page):
    tags = [tag for tag, _ in Reader(page).elements]
    assert not {"script", "link", "img", "iframe"} & set(tags)
    assert "default-src 'none'" in page
    without_names = page.replace("http://www.w3.org/2000/svg", "").replace("http%3A", "").replace(HOSTILE, "")
    assert not re.search(r"https?://|@import|@font-face", without_names)


def test_a_hostile_name_is_only_text(page):
    assert "<script" not in page
    text = Reader(page).text
    # In the ranking, the tables and plots of the curve, the tiles, the table, the checks, the unavailable benchmarks.
    assert text.count("<script>hacked=1</script>") > 10
    assert "{{7*7}}" in text
    assert "$x_1$ \\frac" in text, "it is not drawn as a formula"


def test_equal_input_gives_equal_text(page, bench):
    assert render(bench) == page


def test_colours_and_fonts_are_the_pages_own(page):
    plots = re.findall(r"<svg.*?</svg>", page, re.DOTALL)
    assert len(plots) > 20
    for plot in plots:
        assert not re.search(r"#[0-9a-f]{6}\b|\brgb|DejaVu", plot)
    style = page[page.index("<style>") : page.index("</style>")]
    for variable in set(re.findall(r"var\((--[\w-]+)\)", page)):
        assert f"{variable}:" in style, variable


def test_each_plot_has_a_title_and_a_description(page):
    for plot in re.findall(r'<svg class="plot" viewBox="[^"]+" role="img".*?</svg>', page, re.DOTALL):
        title, description = (element.text for element in list(ElementTree.fromstring(plot))[:2])
        assert title
        assert description


def test_every_benchmark_is_in_the_table(page, bench):
    table = Reader(page[page.index('<table id="all">') : page.index("</table>", page.index('<table id="all">'))]).text
    for result in bench.benchmarks:
        assert result.name in table
    assert "3 ms" in table
    assert "8.8 MiB" in table
    assert "2.5 to 3.5" in table


def test_crossings_claims_checks_and_unavailable_benchmarks_are_shown(page):
    text = " ".join(Reader(page).text.split())
    assert "1 from 200 (200 to 200) MB on, Process, spawn is faster than Process, fork" in text
    assert re.search(
        r"upheld\s*A process is slow\..*cost/slow, costs, line 7\s*it is\s*times\s*1\.53 \(1\.25 to 2\)", text
    )
    assert re.search(r"inconclusive\s*A pool saves time\.", text)
    assert "not distinguishable here fork < spawn" in text
    assert "no, 1.5 (1.25 to 2)" in text
    assert "needs 9 MB 2 benchmarks" in text
    assert '<span class="verdict u">upheld</span>' in page
    assert '<span class="verdict i">inconclusive</span>' in page


@pytest.mark.parametrize(
    ("verdict", "classes"), [("upheld", "u x"), ("refuted", "r x"), ("inconclusive", "i")], ids=lambda word: word[:4]
)
def test_an_unexpected_verdict_is_marked_with_a_word(drawn, bench_files, verdict, classes):
    """An inconclusive verdict is not marked."""
    mismatch = {"arm": "experiment", "fact": "times", "expected": {"at_least": 2}, "actual": 1}
    claim = bench_files.claim("a", verdict=verdict, as_expected=False, problem="one", mismatches=[mismatch])
    page = render(results.read(bench_files.run(claims=[claim])))
    mark = " <b>unexpected</b>" if " x" in classes else ""
    assert f'<span class="verdict {classes}">{verdict}{mark}</span>' in page
    assert "<small>one; times is 1, not at least 2</small>" in page


@pytest.mark.parametrize(("elsewhere", "warning"), [(0.5, None), (7, "up to 4 times")])
def test_a_busy_machine_is_reported(drawn, bench_files, elsewhere, warning):
    benchmark = bench_files.benchmark("a", [[1.0, 2.0]] * 4, context={"running_elsewhere": elsewhere})
    text = Reader(render(results.read(bench_files.run(benchmark)))).text
    assert ("The machine was busy" in text) == bool(warning)
    assert warning is None or warning in text


def test_an_empty_run_has_a_page(drawn, bench_files):
    text = Reader(render(results.read(bench_files.run()))).text
    assert "0 benchmarks" in text
    assert "Ranking" not in text
    assert "Every benchmark was measured." in text


def test_control_characters_and_surrogates_are_escaped(drawn, bench_files):
    benchmark = bench_files.benchmark("a\x00b\x1bc\ud800d\ne", [[1.0, 2.0]] * 4)
    page = render(results.read(bench_files.run(benchmark)))
    assert "a\\x00b\\x1bc\\ud800d" in page
    page.encode("utf-8")


def test_a_series_has_the_same_look_everywhere_and_no_other_series_has_it(drawn, bench_files):
    def points(group, names):
        return [
            bench_files.benchmark(f"{group} {name} {x}", [[1.0, 1.0]] * 4, group=group, series=name, x=x)
            for name in names
            for x in (1, 2)
        ]

    names = [f"series {number}" for number in range(12)]
    curves = results.read(bench_files.run(*points("one", names), *points("two", names[:2]))).curves
    looks = drawn.looks(curves)
    assert sorted(looks) == sorted(names)
    assert len(set(looks.values())) == 12


@pytest.mark.parametrize(("far", "above"), [(1.2, 0), (50, 2)])
def test_rounds_far_above_are_counted(drawn, bench_files, far, above):
    batches = [[1.0, 1.1, 1.2, 1.1, 1.0]] * 4 + [[1.0, 1.1, far, 1.1, far]]
    (result,) = results.read(bench_files.run(bench_files.benchmark("often", batches))).benchmarks
    top = drawn.upper_edge(result)
    assert sum(duration > top for duration in result.durations) == above
    assert top <= 2


def test_without_matplotlib_the_message_says_what_to_install(bench, monkeypatch):
    for name in [name for name in sys.modules if name.startswith("procsem.views.html.bench.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.delattr("procsem.views.html.bench.plots", raising=False)
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(PlottingUnavailableError, match=r"matplotlib is not installed.*pip install 'procsem\[bench\]'"):
        render(bench)
