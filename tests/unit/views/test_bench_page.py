"""What of the benchmarks' page can be told without a browser."""

import re
import sys
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest

from procsem.bench import results as stored
from procsem.views.html.bench import PlottingUnavailableError, render

HOSTILE = "<script>hacked=1</script>'\"><!--{{7*7}} $x_1$ \\frac 守护"
VOID = {"meta", "br", "img", "input", "link"}


@pytest.fixture(scope="module")
def drawn():
    """The module that draws."""
    pytest.importorskip("matplotlib", reason="matplotlib is not installed")
    from procsem.views.html.bench import plots

    return plots


@pytest.fixture(scope="module")
def bench(bench_run):
    return stored.read(bench_run(HOSTILE))


@pytest.fixture(scope="module")
def page(drawn, bench):
    return render(bench)


class Reader(HTMLParser):
    """What a reader of the page comes by: the elements with their attributes, and the text."""

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


def test_it_is_well_formed_and_every_id_is_one(page):
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


def test_what_a_name_says_is_text(page):
    assert "<script" not in page
    text = Reader(page).text
    # In the ladder, both curve tables and pictures, the tiles, the table of figures, checks, what was left out.
    assert text.count("<script>hacked=1</script>") > 10
    assert "{{7*7}}" in text
    assert "$x_1$ \\frac" in text, "no formula is made of it"


def test_equal_input_gives_equal_text(page, bench):
    assert render(bench) == page


def test_colours_and_letters_are_the_pages_own(page):
    plots = re.findall(r"<svg.*?</svg>", page, re.DOTALL)
    assert len(plots) > 20
    for plot in plots:
        assert not re.search(r"#[0-9a-f]{6}\b|\brgb|DejaVu", plot)
    style = page[page.index("<style>") : page.index("</style>")]
    for variable in set(re.findall(r"var\((--[\w-]+)\)", page)):
        assert f"{variable}:" in style, variable


def test_each_figure_is_told_to_whoever_does_not_see_it(page):
    for plot in re.findall(r'<svg class="plot" viewBox="[^"]+" role="img".*?</svg>', page, re.DOTALL):
        title, says = (element.text for element in list(ElementTree.fromstring(plot))[:2])
        assert title
        assert says


def test_every_figure_stands_in_the_table(page, bench):
    table = Reader(page[page.index('<table id="all">') : page.index("</table>", page.index('<table id="all">'))]).text
    for figure in bench.figures:
        assert figure.row in table
    assert "3 ms" in table
    assert "8.8 MiB" in table
    assert "2.5 to 3.5" in table


def test_crossings_claims_checks_and_what_was_left_out_are_told(page):
    text = " ".join(Reader(page).text.split())
    assert "1 from 200 (200 to 200) MB on, Process, spawn is cheaper than Process, fork" in text
    assert re.search(
        r"upheld\s*A process is dear\..*cost/dear, costs, line 7\s*it is\s*times\s*1\.53 \(1\.25 to 2\)", text
    )
    assert re.search(r"inconclusive\s*A pool saves\.", text)
    assert "not distinguishable here fork < spawn" in text
    assert "takes 9 MB 2 rows" in text
    assert '<span class="verdict u">upheld</span>' in page
    assert '<span class="verdict i">inconclusive</span>' in page


@pytest.mark.parametrize(
    ("verdict", "classes"), [("upheld", "u x"), ("refuted", "r x"), ("inconclusive", "i")], ids=lambda word: word[:4]
)
def test_a_verdict_that_is_not_expected_is_told_by_a_word(drawn, bench_files, verdict, classes):
    """What an interval leaves open is neither."""
    claim = {"claim": "cost/a", "says": "So.", "section": "", "line": 0, "because": "", "facts": {}, "against": ["one"]}
    page = render(stored.read(bench_files.run(claims=[{**claim, "verdict": verdict, "as_expected": False}])))
    told = " <b>unexpected</b>" if " x" in classes else ""
    assert f'<span class="verdict {classes}">{verdict}{told}</span>' in page
    assert "<small>one</small>" in page


@pytest.mark.parametrize(("elsewhere", "told"), [(0.5, None), (7, "up to 4 times")])
def test_a_busy_machine_is_told(drawn, bench_files, elsewhere, told):
    context = {"running_elsewhere": elsewhere, "cpus": 2}
    text = Reader(render(stored.read(bench_files.run(bench_files.row("a", [[1.0, 2.0]] * 4, context=context))))).text
    assert ("The machine was busy" in text) == bool(told)
    assert told is None or told in text


def test_a_run_of_nothing_is_a_page(drawn, bench_files):
    text = Reader(render(stored.read(bench_files.run()))).text
    assert "0 operations" in text
    assert "The ladder" not in text
    assert "Nothing: every row was measured." in text


def test_what_is_no_character_does_not_stop_it(drawn, bench_files):
    row = bench_files.row("a\x00b\x1bc\ud800d\ne", [[1.0, 2.0]] * 4)
    page = render(stored.read(bench_files.run(row)))
    assert "a\\x00b\\x1bc\\ud800d" in page
    page.encode("utf-8")


def test_a_series_looks_alike_everywhere_and_unlike_all_others(drawn, bench_files):
    def points(group, names):
        return [
            bench_files.row(f"{group} {name} {x}", [[1.0, 1.0]] * 4, group=group, series=name, x=x)
            for name in names
            for x in (1, 2)
        ]

    names = [f"series {number}" for number in range(12)]
    curves = stored.read(bench_files.run(*points("one", names), *points("two", names[:2]))).curves
    looks = drawn.looks(curves)
    assert sorted(looks) == sorted(names)
    assert len(set(looks.values())) == 12


@pytest.mark.parametrize(("far", "above"), [(1.2, 0), (50, 2)])
def test_what_lies_far_above_is_counted(drawn, bench_files, far, above):
    passes = [[1.0, 1.1, 1.2, 1.1, 1.0]] * 4 + [[1.0, 1.1, far, 1.1, far]]
    (figure,) = stored.read(bench_files.run(bench_files.row("often", passes))).figures
    top = drawn.max_processes(figure)
    assert sum(duration > top for duration in figure.durations) == above
    assert top <= 2


def test_without_the_library_it_says_what_to_install(bench, monkeypatch):
    for name in [name for name in sys.modules if name.startswith("procsem.views.html.bench.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.delattr("procsem.views.html.bench.plots", raising=False)
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(PlottingUnavailableError, match=r"matplotlib is not installed.*pip install 'procsem\[bench\]'"):
        render(bench)
