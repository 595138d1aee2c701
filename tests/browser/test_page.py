"""The page of the matrix in a browser: filters, links, a phone, mouse, keyboard, no JavaScript."""

import re
import time

import pytest
from attrs import evolve

from procsem.model import Column, Environment, Matrix, Observation, Verdict
from procsem.views.html.matrix import render

ALL = ["daemon/hostile", "daemon/no-children", "identity/once", "process-class/orphans"]
ORPHANS = "#/process-class/orphans?env=CPython+3.14.0+on+linux+x86_64&method=fork"
A, B = "CPython+3.13.0+on+linux+x86_64%2C+spawn", "CPython+3.14.0+on+linux+x86_64%2C+spawn"
VIEWS = ["", *(f"#/{claim}" for claim in ALL)]


def claims_shown(page):
    return sorted(page.locator("#grid tr[data-claim]:visible").evaluate_all("rows => rows.map(r => r.dataset.claim)"))


def shows(page, claims):
    """Wait until the matrix shows these claims and no others: a new address is drawn a moment after it is there."""
    deadline = time.monotonic() + 30
    while claims_shown(page) != claims and time.monotonic() < deadline:
        page.wait_for_timeout(20)
    assert claims_shown(page) == claims


def opened(page):
    """Wait until the claim of the address is open and shows a cell. The page draws after its address has changed."""
    page.wait_for_function("""() => {
        const open = document.querySelector(".claim.open");
        return open && decodeURI(location.hash).split("?")[0] === "#" + open.id;
    }""")
    page.locator(".claim.open .cell > h4").wait_for()
    return page.locator(".claim.open")


def test_the_page_opens_from_a_file_and_shows_how_much_holds(open_page, page_file):
    page = open_page(page_file)
    whole = page.locator(".summary .key").inner_text()
    assert "2 hold everywhere" in whole
    assert "1 holds in some columns only" in whole
    assert "1 holds nowhere" in whole
    alarm = page.locator(".alarm:visible").first.inner_text()
    assert alarm.startswith("9 cells of 24 not as expected")
    conclusion = page.locator(".conclusion").inner_text()
    assert conclusion.startswith("4 claims: 2 hold everywhere, 1 holds in some columns only, 1 holds nowhere.")
    assert conclusion.endswith("9 of 24 cells are not as expected.")
    assert page.locator("#unknown").is_hidden()
    shows(page, ALL)


@pytest.mark.parametrize(
    ("filters", "claims", "columns"),
    [
        ("topic=daemon", ALL[:2], 7),
        ("verdict=broken", ["daemon/no-children"], 7),
        ("system=windows", ALL, 1),
        ("python=CPython+3.14", ALL, 3),
        ("method=spawn", ALL, 3),
        ("differs=1", ["daemon/no-children"], 7),
        ("text=zombies+become", ["process-class/orphans"], 7),
        (f"a={B}&b={A}", ["daemon/no-children"], 2),
        (f"a={A}&b={A}", [], 1),
        (f"a={A}", ALL, 7),
        (f"a={A}&b=nothing", ALL, 7),
        ("old=1", ALL, 7),
        ("differs=1&python=CPython+3.14", [], 3),
        ("unexpected=1", ["daemon/hostile", "daemon/no-children", "process-class/orphans"], 7),
        ("unexpected=1&python=CPython+3.14", ["daemon/hostile"], 3),
        ("text=BECOME+zombies", ["process-class/orphans"], 7),
        ("text=zombies&topic=daemon", [], 7),
        ("topic=no-such-topic", ALL, 7),
    ],
)
def test_a_linked_view_is_filtered(open_page, page_file, filters, claims, columns):
    page = open_page(page_file, f"#/?{filters}")
    shows(page, claims)
    assert page.locator("#grid th.m:visible").count() == columns
    assert page.locator("#filters output").inner_text() == f"{len(claims)} of 4 claims, {columns} of 7 columns"
    if claims:
        row = page.locator(f"#grid tr[data-claim='{claims[0]}']")
        assert row.locator("td:visible").evaluate_all("cells => cells.reduce((n, c) => n + c.colSpan, 0)") == columns


def test_filters_go_into_the_address_and_back(open_page, page_file):
    page = open_page(page_file)
    page.locator("[name=topic]").select_option("daemon")
    page.locator("[name=method]").select_option("spawn")
    page.get_by_label("unexpected only").check()
    shows(page, ["daemon/hostile"])
    assert page.url.endswith("#/?topic=daemon&method=spawn&unexpected=1")
    page.get_by_role("link", name="hostile", exact=True).click()
    opened(page).get_by_text("all claims").click()
    shows(page, ["daemon/hostile"])
    page.get_by_role("button", name="Show all").click()
    page.wait_for_url(re.compile(r"#/$"))
    shows(page, ALL)


def test_a_claim_without_start_methods_keeps_one_cell_per_environment(open_page, page_file):
    page = open_page(page_file)
    cells = page.locator("#grid tr[data-claim='identity/once'] td")
    assert cells.evaluate_all("cells => cells.map(c => c.colSpan)") == [3, 3, 1]
    page.locator("[name=method]").select_option("spawn")
    assert cells.evaluate_all("cells => cells.map(c => c.colSpan)") == [1, 1, 1]


def test_each_verdict_has_its_own_word_shape_and_colour(open_page, page_file):
    page = open_page(page_file)
    looks = page.locator("#grid td:not(.none)").evaluate_all(
        """cells => cells.map(c => [
            c.textContent, getComputedStyle(c.querySelector(".word") || c, "::before").maskImage,
            getComputedStyle(c).color,
            c.matches(".works, .breaks, .differs")])"""
    )
    by_word = {}
    for word, shape, colour, means_something in looks:
        if not means_something or "unexpected" in word:  # otherwise the colour is that of the effect
            by_word.setdefault(word.strip(), set()).add((shape, colour))
    assert set(by_word) == {"upheld", "refuted", "broken unexpected", "upheld unexpected", "refuted unexpected"}
    assert all(len(found) == 1 for found in by_word.values())
    plain = [next(iter(by_word[word])) for word in ("upheld", "refuted", "broken unexpected")]
    assert len({shape for shape, _ in plain}) == len({colour for _, colour in plain}) == 3


def test_a_cell_opens_the_details_of_what_was_seen(open_page, page_file):
    page = open_page(page_file)
    page.locator("#grid tr[data-claim='process-class/orphans'] td").nth(0).click()
    assert page.url.endswith(ORPHANS)
    claim = opened(page)
    assert claim.locator(".cell > h4").inner_text().startswith("CPython 3.14.0 on linux x86_64 under fork")
    assert page.locator("#all").is_hidden()
    assert "line 392" in claim.inner_text()
    assert claim.locator(".see a").first.get_attribute("href") == "https://example.org/why"
    assert "applies to 6 of 7 cells" in claim.locator(".rules").inner_text()
    fact = claim.locator(".arm").first.locator(".facts-seen tbody tr")
    assert fact.locator("td").all_inner_texts() == ["zombie", "lives", "lives"]
    command = claim.locator(".cell .command").inner_text()
    assert command == "procsem run process-class/orphans --start-method fork --python /usr/bin/python3.14"
    claim.locator("details summary").get_by_text("process-class/orphans.py").click()
    assert "os.fork()" in claim.locator("pre code").inner_text()
    assert claim.locator(".note a").get_attribute("href") == "#/daemon/no-children"


def test_the_timeline_shows_a_zombie_and_the_adoption_of_an_orphan(open_page, page_file):
    claim = opened(open_page(page_file, ORPHANS))
    picture = claim.locator(".picture").first
    assert picture.locator(".names b").all_inner_texts() == ["probe", "stand-in", "parent", "child", "grandchild"]
    zombie = picture.locator(".step.zombie").first
    assert "child has ended and is a zombie of parent" in zombie.inner_text()
    adoption = picture.locator(".step.orphan")
    assert adoption.locator(".at").inner_text() == "0.042 s"
    assert "grandchild is adopted: its parent is now stand-in, because child has ended" in adoption.inner_text()
    assert adoption.locator("line.link.adopt").count() == 1
    # From here on the child is a zombie, the grandchild is an orphan, and the parent and the stand-in run.
    bars = adoption.locator("rect.bar").evaluate_all("bars => bars.map(b => b.getAttribute('class').slice(4))")
    assert bars == ["r", "r", "r", "r", "r", "r", "z", "z", "r", "o"]
    assert "1.5 s later" in picture.locator(".step.reaped").first.inner_text()
    assert claim.get_by_text("Nothing is wrong with an orphan.").is_visible()
    # The arrow joins the bars of the two lanes.
    arrow = adoption.locator("line.link.adopt").bounding_box()
    lanes = [bar.bounding_box() for bar in adoption.locator("rect.bar").all()]
    assert abs(arrow["x"] - (lanes[2]["x"] + lanes[2]["width"] / 2)) < 2
    assert abs(arrow["x"] + arrow["width"] - (lanes[8]["x"] + lanes[8]["width"] / 2)) < 2


def test_a_broken_cell_shows_what_went_wrong(open_page, page_file):
    page = open_page(page_file, "#/daemon/no-children")
    cell = opened(page).locator(".cell")
    assert "Unexpected: upheld was expected here." in cell.inner_text(), "the unexpected cell is shown first"
    assert "the probe ended with exit code 3" in cell.inner_text()
    cell.get_by_text("What the probe printed").click()
    assert "Traceback" in cell.locator("pre").inner_text()


def test_another_cell_can_be_selected_by_keyboard(open_page, page_file):
    page = open_page(page_file)
    page.get_by_role("link", name="orphans", exact=True).focus()
    page.keyboard.press("Enter")
    claim = opened(page)
    assert page.evaluate("document.activeElement.textContent") == "process-class/orphans"
    claim.locator(".picker a").nth(1).focus()
    page.keyboard.press("Enter")
    claim.locator(".cell > h4", has_text="under spawn").wait_for()
    assert claim.locator(".picker a[aria-current]").count() == 1
    page.go_back()
    page.go_back()
    shows(page, ALL)


def focused(page):
    """The claim and the column of the cell that has the focus."""
    return page.evaluate(
        """() => {
            const cell = document.activeElement;
            if (!cell.matches("#grid td")) return cell.outerHTML.slice(0, 80);
            return [cell.parentNode.dataset.claim, [...cell.parentNode.cells].indexOf(cell) - 1];
        }"""
    )


def test_a_cell_can_be_reached_and_opened_by_keyboard(open_page, page_file):
    page = open_page(page_file)
    rows = page.locator("#grid tr[data-claim]").evaluate_all("rows => rows.map(r => r.dataset.claim)")
    assert page.locator("#grid td[tabindex='0']").count() == 1, "Tab stops once in the matrix, not at each cell"
    page.get_by_role("link", name=rows[0].partition("/")[2], exact=True).focus()
    page.keyboard.press("Tab")
    assert focused(page) == [rows[0], 0]
    for key, (row, column) in (
        ("ArrowLeft", (0, 0)),
        ("ArrowUp", (0, 0)),
        ("ArrowRight", (0, 1)),
        ("End", (0, 6)),
        ("Control+Home", (0, 0)),
        ("Control+End", (3, 6 if rows[3] != "identity/once" else 2)),
        ("Home", (3, 0)),
    ):
        page.keyboard.press(key)
        assert focused(page) == [rows[row], column], key
    # Down through the claim that has one cell per environment, and out of it to a cell below or above that cell.
    once = rows.index("identity/once")
    page.keyboard.press("Control+Home")
    for key in ["ArrowRight"] * 4 + ["ArrowDown"] * once:
        page.keyboard.press(key)
    assert focused(page) == ["identity/once", 1]
    page.keyboard.press("Control+Home")
    orphans = rows.index("process-class/orphans")
    page.keyboard.press("End")
    for _ in range(orphans):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    head = opened(page).locator(".cell > h4").inner_text()
    assert head.startswith("CPython 3.13.2 on windows x86_64 under spawn")
    page.go_back()
    shows(page, ALL)
    assert focused(page)[0] == "process-class/orphans", "the focus is back on the cell that was opened"
    page.keyboard.press("Home")
    page.keyboard.press("Space")
    assert "3.14.0 on linux x86_64 under fork" in opened(page).locator(".cell > h4").inner_text()


def test_the_focused_cell_is_hidden_neither_by_a_filter_nor_by_sticky_headings(open_page, page_file):
    page = open_page(page_file, viewport={"width": 360, "height": 500})
    page.locator("#grid td[tabindex='0']").focus()
    for key in ("Control+End", "ArrowUp", "ArrowUp", "Home", "Control+Home"):
        page.keyboard.press(key)
        assert page.evaluate(
            """() => {
                const box = document.activeElement.getBoundingClientRect();
                const found = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
                return document.activeElement.contains(found);
            }"""
        ), key
    page.get_by_text("Filters, and any two columns compared").click()
    page.locator("[name=topic]").select_option("process-class")
    page.locator("[name=system]").select_option("windows")
    stop = page.locator("#grid td[tabindex='0']")
    assert stop.count() == 1
    assert stop.is_visible()


@pytest.mark.parametrize("width", [360, 800, 1280, 1600])
def test_no_filter_overlaps_another(open_page, page_file, width):
    page = open_page(page_file, viewport={"width": width, "height": 900})
    if width == 360:
        page.get_by_text("Filters, and any two columns compared").click()
    boxes = [each.bounding_box() for each in page.locator("#filters :is(input, select, button)").all()]
    assert len(boxes) == 12
    for number, one in enumerate(boxes):
        for other in boxes[number + 1 :]:
            side_by_side = one["x"] + one["width"] <= other["x"] + 0.5 or other["x"] + other["width"] <= one["x"] + 0.5
            below = one["y"] + one["height"] <= other["y"] + 0.5 or other["y"] + other["height"] <= one["y"] + 0.5
            assert side_by_side or below, (one, other)


@pytest.mark.parametrize("view", VIEWS)
def test_no_text_overflows_on_a_phone(open_page, page_file, view):
    page = open_page(page_file, view, viewport={"width": 360, "height": 740})
    if view:
        opened(page)
    for each in page.locator("summary:visible").all():
        each.click()
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    beyond = page.evaluate(
        """() => {
            const scrolls = (e) => e && (getComputedStyle(e).overflowX === "auto" || scrolls(e.parentElement));
            const found = [];
            const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
            while (texts.nextNode()) {
                const range = document.createRange();
                range.selectNodeContents(texts.currentNode);
                const parent = texts.currentNode.parentElement;
                if (parent.closest(".unseen, .skip, script, style") || scrolls(parent)) continue;
                for (const box of range.getClientRects()) {
                    if (box.right > 360.5 || box.left < -0.5) found.push(texts.currentNode.textContent);
                }
            }
            return found;
        }"""
    )
    assert beyond == []


@pytest.mark.parametrize("width", [360, 1366])
def test_the_word_of_a_cell_is_never_cut(open_page, page_file, width):
    """In a cell as wide as all columns of its environment, the word is visible wherever the columns are scrolled to."""
    page = open_page(page_file, viewport={"width": width, "height": 740})
    for scrolled in (0, 60, 120, 180):
        cut = page.evaluate(
            """(scrolled) => {
                const box = document.querySelector(".grid-box");
                box.scrollLeft = scrolled;
                const right = box.getBoundingClientRect().right;
                const cells = [...document.querySelectorAll("#grid td:not(.none)")];
                const found = cells.filter((cell) => cell.scrollWidth > cell.clientWidth).map((cell) => cell.outerHTML);
                for (const word of document.querySelectorAll("#grid .word")) {
                    const cell = word.parentNode.getBoundingClientRect();
                    const left = word.closest("tr").cells[0].getBoundingClientRect().right;
                    const { left: from, right: to, width } = word.getBoundingClientRect();
                    const visible = Math.min(cell.right, right) - Math.max(cell.left, left);
                    if (visible > width + 25 && (from < left || to > right)) found.push([word.textContent, from, to]);
                }
                return found;
            }""",
            scrolled,
        )
        assert cut == [], scrolled
    assert page.locator("#grid .word").count() == 2
    assert page.evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.parametrize("width", [360, 1366])
def test_all_results_of_a_claim_are_visible_without_scrolling(open_page, old_file, width):
    page = open_page(old_file, "#/daemon/no-children", viewport={"width": width, "height": 740})
    box = opened(page).locator(".picker .scroll")
    assert box.locator("a").count() == 15
    assert box.evaluate("box => [box.scrollWidth - box.clientWidth, box.scrollHeight - box.clientHeight]") == [0, 0]


def test_the_facts_that_differ_between_the_arms_are_below_each_picture(open_page, page_file):
    arms = opened(open_page(page_file, ORPHANS)).locator(".arm")
    words = [" ".join(text.split()) for text in arms.locator(".between").all_inner_texts()]
    assert words == [f"What differs between the arms: grandchild {seen}" for seen in ("lives", "zombie")]


def test_equal_facts_of_an_experiment_and_its_control_are_stated(open_page, tmp_path, matrix):
    column = matrix.matrix.columns[0]
    equal = [
        evolve(cell, arms=dict.fromkeys(cell.arms, Observation({"grandchild": "lives"}))) for cell in column.run.cells
    ]
    columns = (evolve(column, run=evolve(column.run, cells=tuple(equal))),)
    file = tmp_path / "equal.html"
    file.write_text(render(Matrix(columns), matrix.claims, matrix.document, {}), encoding="utf-8")
    arms = opened(open_page(file, "#/identity/once")).locator(".arm")
    assert arms.locator(".between").all_inner_texts() == ["Every fact is as in control."]


def test_a_column_to_compare_begins_with_its_start_method(open_page, page_file):
    page = open_page(page_file, f"#/?a={B}&b={A}")
    chosen = page.locator(".compare option:checked").all_inner_texts()
    assert chosen == ["spawn, CPython 3.14.0 on linux x86_64", "spawn, CPython 3.13.0 on linux x86_64"]


def test_the_newest_python_is_left_everywhere_on_the_page(open_page, page_file):
    page = open_page(page_file)
    names = ["CPython 3.14.0", "CPython 3.13.0", "CPython 3.13.2"]
    heads = page.locator("#grid th.e").evaluate_all("heads => heads.map(h => h.dataset.label.split(' on ')[0])")
    assert heads == names
    for place in (".held tbody th", ".environments summary"):
        assert [" ".join(text.split()[:2]) for text in page.locator(place).all_inner_texts()] == names
    options = page.locator("[name=a] option").all_inner_texts()[1:]
    assert list(dict.fromkeys(re.findall(r"CPython [\d.]+", " ".join(options)))) == names
    assert page.locator("[name=python] option").all_inner_texts() == ["all", "CPython 3.14", "CPython 3.13"]
    for question in page.locator(".questions a").all():
        question.click()
        # The page draws after the address has changed.
        page.wait_for_function(
            """address => {
                const asked = new URLSearchParams(address.split("?")[1]);
                return ["a", "b"].every(name => document.querySelector(`[name=${name}]`).value === asked.get(name));
            }""",
            arg=question.get_attribute("href"),
        )
        page.locator("#filters output").get_by_text("2 of 7 columns").wait_for()
        drawn = page.locator("#grid th.m:visible").evaluate_all(
            """all => all.map(method => {
                const head = document.querySelectorAll("#grid th.e")[method.dataset.group];
                return `${method.textContent}, ${head.dataset.label}`;
            })"""
        )
        assert page.locator(".compare option:checked").all_inner_texts() == drawn
    page.goto(page_file.as_uri() + "#/identity/once")
    picked = opened(page).locator(".picker tbody th").all_inner_texts()
    assert [text.partition(" on ")[0] for text in picked] == names


@pytest.mark.parametrize("fragment", ["#matrix", "#grid"])
def test_an_anchor_into_the_matrix_shows_it_with_old_releases_folded(open_page, old_file, fragment):
    page = open_page(old_file, fragment)
    assert page.locator("#filters output").inner_text().startswith("4 of 4 claims, 9 of 15 columns")
    page.goto(old_file.as_uri() + "#/daemon/no-children")
    opened(page)
    page.evaluate("fragment => { location.hash = fragment }", fragment)
    shows(page, ALL)


@pytest.mark.parametrize(
    ("fragment", "said"),
    [
        ("#/?topic=no-such-topic", "This page does not have no-such-topic: that part of the address is left out."),
        (f"#/?a={A}&b=CPython+2.7", "This page does not have CPython 2.7: that part of the address is left out."),
        ("#/?colour=red", "This page does not have colour: that part of the address is left out."),
        ("#daemon/no-child", "There is no claim daemon/no-child on this page. Similar: daemon/no-children"),
        ("#/%E0%A4%A", "There is no claim %E0%A4%A on this page."),
    ],
)
def test_an_address_that_the_page_does_not_have_is_explained(open_page, page_file, fragment, said):
    page = open_page(page_file, fragment)
    assert page.locator("#unknown").inner_text().startswith(said)
    shows(page, ALL)
    page.goto(page_file.as_uri() + "#/?topic=daemon")
    shows(page, ALL[:2])
    assert page.locator("#unknown").is_hidden()


def test_an_address_of_a_cell_that_the_page_does_not_have_is_explained(open_page, page_file):
    page = open_page(page_file, "#/daemon/no-children?env=CPython+2.7&method=fork")
    assert "This page has no cell for CPython 2.7 under fork. This is another one:" in opened(page).inner_text()


def test_a_claim_opens_at_a_cell_that_the_filters_show(open_page, page_file):
    page = open_page(page_file, "#/?system=windows")
    page.get_by_role("link", name="once", exact=True).click()
    assert "on windows" in opened(page).locator(".cell > h4").inner_text()


def test_a_search_without_a_match_says_so(open_page, page_file):
    page = open_page(page_file, "#/?text=xyzzy")
    page.get_by_text("No claim fits the search and the filters.").wait_for()
    page.get_by_role("button", name="Show all").click()
    shows(page, ALL)
    assert page.locator("#none").is_hidden()


def test_a_comparison_that_is_clicked_comes_into_view(open_page, page_file):
    page = open_page(page_file, viewport={"width": 360, "height": 740})
    page.get_by_role("link", name="What changes with Python 3.14?").click()
    page.locator("#filters output").get_by_text("2 of 7 columns").wait_for()
    page.wait_for_function("Math.abs(document.getElementById('matrix').getBoundingClientRect().top) < 40")


def test_two_compared_columns_fit_on_a_phone(open_page, tmp_path, matrix):
    """Also with the longest word of a verdict that is as expected."""
    columns = [
        evolve(
            column,
            run=evolve(column.run, cells=tuple(evolve(c, verdict=v, as_expected=True) for c in column.run.cells)),
        )
        for column, v in zip(matrix.matrix.columns, (Verdict.UNSUPPORTED, Verdict.INCONCLUSIVE), strict=False)
    ]
    file = tmp_path / "two.html"
    file.write_text(render(Matrix(tuple(columns)), matrix.claims, matrix.document, {}), encoding="utf-8")
    page = open_page(file, f"#/?a={B}&b={A}", viewport={"width": 360, "height": 740})
    shows(page, ALL)
    assert page.locator(".grid-box").evaluate("box => box.scrollWidth - box.clientWidth") <= 0
    assert page.locator("#beyond").is_hidden()


def test_the_number_beside_a_topic_is_that_of_the_rows_below_it(open_page, page_file):
    page = open_page(page_file)
    number = page.locator("#grid tbody[data-topic=daemon] .topic small")
    assert number.inner_text() == "2 claims"
    page.get_by_label("Verdict").select_option("broken")
    shows(page, ["daemon/no-children"])
    assert number.inner_text() == "1 of 2 claims"
    page.get_by_label("signs without words").check()
    assert number.is_visible()


def test_columns_outside_of_the_box_are_counted(open_page, old_file):
    page = open_page(old_file, "#/?old=1", viewport={"width": 800, "height": 740})
    hint = page.locator("#beyond")
    assert re.fullmatch(r"Scroll the table: \d+ more columns to the right\.", hint.inner_text())
    page.locator(".grid-box").evaluate("box => { box.scrollLeft = 100000 }")
    page.locator("#beyond", has_text="to the left").wait_for()
    assert "right" not in hint.inner_text()
    page.locator("[name=python]").select_option("CPython 3.15")
    page.locator("[name=method]").select_option("spawn")
    hint.wait_for(state="hidden")


def test_the_shares_of_the_summary_are_those_of_the_conclusion(open_page, page_file):
    page = open_page(page_file)
    conclusion = page.locator(".conclusion").inner_text()
    for part in page.locator(".whole .key li:not(.rest)").all_inner_texts():
        assert part in conclusion


def test_facts_without_a_prediction_are_folded(open_page, page_file):
    arm = opened(open_page(page_file, "#/daemon/hostile")).locator(".arm").first
    assert arm.locator("> .facts-seen tbody th").all_inner_texts() == ["grandchild"]
    arm.get_by_text("1 more fact, not predicted").click()
    assert arm.locator(".more-facts tbody th").is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("view", ["", "#/?signs=1", ORPHANS, "#/daemon/hostile"])
def test_axe_finds_nothing_serious(open_page, page_file, view, scheme):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="needs axe-playwright-python")
    page = open_page(page_file, view, color_scheme=scheme)
    if "/daemon" in view or "/process" in view:
        opened(page)
    for each in page.locator("summary:visible").all():
        each.click()
    result = axe.Axe().run(page).response
    assert len(result["passes"]) > 15, "axe has looked"
    serious = [v for v in result["violations"] if v["impact"] in ("serious", "critical")]
    assert [(v["id"], [node["html"][:200] for node in v["nodes"]]) for v in serious] == []


def test_the_output_of_a_probe_is_never_markup(open_page, page_file):
    page = open_page(page_file, "#/daemon/hostile")
    claim = opened(page)
    for each in page.locator("summary:visible").all():
        each.click()
    said = claim.inner_text()
    # Its statement, note, rules, facts, timeline, output and source all show the markup as text.
    assert said.count('<img src="x" onerror="hacked=1">') > 20
    assert "{{7*7}}" in said
    assert page.evaluate("typeof hacked") == "undefined"
    assert page.locator("img").count() == 0
    assert page.locator("script").evaluate_all("all => all.filter(s => !s.type).length") == 1
    page.goto(page_file.as_uri() + "#/")
    assert '<img src="x" onerror="hacked=1">' in page.locator(".errata").inner_text()


def test_only_the_script_of_the_page_can_run(browser, page_file, tmp_path):
    """If some text were not escaped, the policy in the head would still not let it run."""
    broken = page_file.read_text(encoding="utf-8").replace("<main>", "<main><script>hacked = 1</script>", 1)
    file = tmp_path / "broken.html"
    file.write_text(broken, encoding="utf-8")
    page = browser.new_page()
    page.goto(file.as_uri())
    assert page.evaluate("typeof hacked") == "undefined"
    assert page.locator("#filters").is_visible(), "the script of the page has run"
    page.close()


def test_without_javascript_everything_but_the_details_of_cells_can_be_read(open_page, page_file):
    page = open_page(page_file, java_script_enabled=False)
    text = page.locator("body").inner_text()
    assert "2 hold everywhere" in text
    assert len(re.findall(r"\brefuted\b", page.locator("#grid").inner_text())) == 10
    assert page.locator("#filters").is_hidden()
    page.get_by_role("link", name="orphans", exact=True).click()
    assert page.locator("[id='/process-class/orphans'] .says").is_visible()


def test_the_whole_page_can_be_printed(open_page, page_file):
    page = open_page(page_file)
    page.emulate_media(media="print")
    assert page.locator("#filters").is_hidden()
    assert page.locator(".grid-box").evaluate("box => getComputedStyle(box).overflowX") == "visible"
    assert page.pdf(landscape=True).startswith(b"%PDF")


def test_an_address_without_a_claim_is_explained_with_similar_claims(open_page, page_file):
    page = open_page(page_file, "#/daemon/no-child")
    message = page.locator("#unknown")
    assert message.inner_text().startswith(
        "There is no claim daemon/no-child on this page. Similar: daemon/no-children"
    )
    shows(page, ALL)
    message.get_by_role("link", name="daemon/no-children").click()
    opened(page).get_by_text("all claims").click()
    shows(page, ALL)
    assert message.is_hidden()


def test_the_previous_and_the_next_claim_are_those_that_the_filters_show(open_page, page_file):
    page = open_page(page_file, "#/?unexpected=1")
    order = page.locator("#grid tr[data-claim]:visible").evaluate_all("rows => rows.map(r => r.dataset.claim)")
    assert len(order) == 3
    page.get_by_role("link", name=order[0].partition("/")[2], exact=True).click()
    for claim in order[1:]:
        opened(page).get_by_role("link", name=f"next: {claim}").click()
        page.wait_for_url(re.compile(f"#/{claim}$"))
    last = opened(page)
    assert last.get_by_role("link", name=re.compile("next:")).count() == 0
    assert last.get_by_role("link", name=f"previous: {order[1]}").count() == 1


@pytest.fixture(scope="session")
def old_file(tmp_path_factory, matrix):
    """The page of a matrix in which two releases are old."""
    columns = []
    for release in ("3.15.0", "3.14.1", "3.14.0", "3.13.0", "3.12.0"):
        column = matrix.matrix.columns[0]
        environment = Environment({**column.run.environment.facts, "python": release, "python_release": release})
        columns.append(Column(environment.label, evolve(column.run, environment=environment)))
    file = tmp_path_factory.mktemp("old") / "matrix.html"
    file.write_text(render(Matrix(tuple(columns)), matrix.claims, matrix.document, {}), encoding="utf-8")
    return file


@pytest.mark.parametrize(
    ("filters", "columns"),
    [("", 9), ("topic=daemon", 9), ("old=1", 15), ("python=CPython+3.12", 3), ("differs=1", 15), ("unexpected=1", 15)],
)
def test_old_releases_are_folded_unless_a_filter_asks_for_them(open_page, old_file, filters, columns):
    page = open_page(old_file, f"#/?{filters}" if filters else "")
    page.locator("#filters output").get_by_text("of 15 columns").wait_for()
    assert page.locator("#grid th.m:visible").count() == columns
    folded = "2 older releases folded" in page.locator("#filters output").inner_text()
    assert folded == (columns == 9)
    assert page.locator(".held tbody.old tr").count() == 3, "a heading and the two releases"


def test_no_cell_of_the_summary_is_hidden_in_a_box_that_scrolls(open_page, old_file):
    page = open_page(old_file)
    box = page.locator(".held").locator("xpath=..")
    assert box.evaluate("box => box.scrollHeight <= box.clientHeight + 1")


@pytest.mark.parametrize("width", [360, 800, 1366])
def test_long_names_of_environments_do_not_widen_the_page(open_page, tmp_path, matrix, width):
    columns = []
    for number in range(13):
        column = matrix.matrix.columns[0]
        release = f"3.{9 + number % 6}.{number}"
        traits = {"gil": False, "assertions": False, "musl": True, "python": release, "python_release": release}
        environment = Environment({**column.run.environment.facts, **traits})
        columns.append(Column(f"{environment.label}, glibc 2.36", evolve(column.run, environment=environment)))
    file = tmp_path / "wide.html"
    file.write_text(render(Matrix(tuple(columns)), matrix.claims, matrix.document, {}), encoding="utf-8")
    page = open_page(file, "#/?old=1", viewport={"width": width, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_a_claim_begins_with_what_it_means_for_a_program(open_page, page_file):
    claim = opened(open_page(page_file, "#/daemon/no-children"))
    # 3.14 has no such rule, and the broken cell was not judged.
    assert claim.locator(".means").inner_text() == (
        "True in 3 of 6 cells, not in 3 of 6 cells. Code like this breaks in 3 of 6 cells, works in 3 of 6 cells."
    )
    claim = opened(open_page(page_file, "#/identity/once"))
    assert claim.locator(".means").inner_text() == "True in every cell that was judged."


def test_a_verdict_has_the_colour_of_what_it_means_for_a_program(open_page, page_file):
    page = open_page(page_file)
    colour = "element => getComputedStyle(element).color"
    row = page.locator('#grid tr[data-claim="daemon/no-children"]')
    works, breaks = row.locator("td.works").first, row.locator("td.breaks:visible").first
    assert works.inner_text() == "refuted"
    assert breaks.inner_text() == "upheld"
    of_upheld = page.locator('#grid tr[data-claim="identity/once"] td').first.evaluate(colour)
    assert works.evaluate(colour) == of_upheld, "nothing alarms where a program works"
    assert breaks.evaluate(colour) != of_upheld
    works.click()
    assert "Code like this works here." in opened(page).inner_text()
