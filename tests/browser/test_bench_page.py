"""The benchmarks' page in a real browser: from disk, on a phone, in the dark, on paper."""

import time

import pytest

from procsem.bench import results
from procsem.views.html.bench import render

HOSTILE = '<script>hacked=1</script><img src="x" onerror="hacked=1">\'"><!--{{7*7}}' + "w" * 70


@pytest.fixture(scope="module")
def page_file(tmp_path_factory, bench_run):
    pytest.importorskip("matplotlib", reason="needs matplotlib")
    file = tmp_path_factory.mktemp("bench") / "bench.html"
    file.write_text(render(results.read(bench_run(HOSTILE))), encoding="utf-8")
    return file


def open_all(page):
    for each in page.locator("details").all():
        if each.get_attribute("open") is None:
            each.locator("summary").click()


@pytest.mark.parametrize(("width", "shown", "hidden"), [(1280, ".wide", ".narrow"), (360, ".narrow", ".wide")])
def test_every_plot_is_visible(open_page, page_file, width, shown, hidden):
    page = open_page(page_file, viewport={"width": width, "height": 740})
    open_all(page)
    assert page.locator(f".rows {hidden}:visible").count() == 0
    assert page.locator(f".rows {shown}:visible").count() == 2, "the ranking and one comparison"
    assert page.locator(".card .plot[role=img]:visible").count() == 2
    assert page.locator(".tile .plot:visible").count() == 15
    boxes = [plot.bounding_box() for plot in page.locator(".plot[role=img]:visible").all()]
    assert len(boxes) == 19
    assert min(box["width"] for box in boxes) > 150
    assert min(box["height"] for box in boxes) > 60


def test_on_a_phone_nothing_overflows_and_text_is_large_enough(open_page, page_file):
    page = open_page(page_file, viewport={"width": 360, "height": 740})
    open_all(page)
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    beyond, heights = page.evaluate(
        """() => {
            const scrolls = (e) => e && (getComputedStyle(e).overflowX === "auto" || scrolls(e.parentElement));
            const beyond = [], heights = [];
            const texts = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
            while (texts.nextNode()) {
                const parent = texts.currentNode.parentElement;
                if (parent.closest(".unseen, title, desc") || scrolls(parent) || !parent.checkVisibility()) continue;
                const range = document.createRange();
                range.selectNodeContents(texts.currentNode);
                for (const box of range.getClientRects()) {
                    if (box.right > 360.5 || box.left < -0.5) beyond.push(texts.currentNode.textContent);
                }
                if (parent.closest("svg")) heights.push(
                    parseFloat(getComputedStyle(parent).fontSize) * parent.getScreenCTM().a);
            }
            return [beyond, heights];
        }"""
    )
    assert beyond == []
    assert len(heights) > 100
    assert min(heights) >= 9


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(open_page, page_file, scheme):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="needs axe-playwright-python")
    page = open_page(page_file, color_scheme=scheme)
    open_all(page)
    result = axe.Axe().run(page).response
    assert len(result["passes"]) > 15, "axe has looked"
    serious = [v for v in result["violations"] if v["impact"] in ("serious", "critical")]
    assert [(v["id"], [node["html"][:200] for node in v["nodes"]]) for v in serious] == []


def test_plots_follow_the_page_into_dark_mode(open_page, page_file):
    page = open_page(page_file)
    colour = "text => getComputedStyle(text).fill"
    light = page.locator(".rows svg text").first.evaluate(colour)
    page.emulate_media(color_scheme="dark")
    assert page.locator(".rows svg text").first.evaluate(colour) != light


def test_a_hostile_name_is_only_text(open_page, page_file):
    page = open_page(page_file)
    open_all(page)
    assert page.locator("main").inner_text().count('<img src="x" onerror="hacked=1">') > 10
    assert page.locator("img, script").count() == 0
    assert page.evaluate("typeof hacked") == "undefined"


def test_the_table_can_be_reached_and_scrolled_with_the_keyboard(open_page, page_file):
    page = open_page(page_file, viewport={"width": 360, "height": 740})
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    box = page.locator(".table-box")
    assert box.evaluate("box => box === document.activeElement")
    page.keyboard.press("ArrowRight")
    deadline = time.monotonic() + 10
    while box.evaluate("box => box.scrollLeft") == 0 and time.monotonic() < deadline:
        page.wait_for_timeout(20)
    assert box.evaluate("box => box.scrollLeft") > 0


def test_it_is_printed_completely(open_page, page_file):
    page = open_page(page_file)
    page.emulate_media(media="print")
    assert page.locator(".table-box").evaluate("box => getComputedStyle(box).overflowX") == "visible"
    assert page.locator(".tile").last.evaluate("tile => tile.checkVisibility({ contentVisibilityAuto: true })")
    assert page.pdf(landscape=True).startswith(b"%PDF")
