"""The pages that MkDocs generates from the catalogue, the schema of result files, the sample and CONTRIBUTING.md.

This is a hook of MkDocs. The pages in ``docs/pages`` take numbers and tables from here, where they say ``{{ name }}``.
"""

import functools
import json
import re
import shutil
import subprocess
import sys
import tempfile
import textwrap
import tomllib
from collections import Counter, defaultdict
from itertools import groupby
from pathlib import Path

import click

import procsem.check
from procsem.catalogue import BUILT_IN, load
from procsem.check.rules import CAUSES
from procsem.cli.commands.check import command as check_command
from procsem.containment import LIMITS
from procsem.environment import CONDITIONS, FACTS, MEASUREMENTS
from procsem.explain import index
from procsem.model import DECIDERS, Effect, Matrix, SymptomKind, Verdict
from procsem.results import SCHEMA_FILE, merge
from procsem.views.formatting import count, where
from procsem.views.formatting import measured as measured_words

ROOT = Path(__file__).resolve().parents[1]
SAMPLE = ROOT / "docs" / "sample" / "matrix.json"
GUARANTEES = ROOT / "docs" / "sample" / "containment.json"
"""Written by `pytest tests/containment --guarantees FILE`."""
CONTAINMENTS = {"Linux": "linux", "macOS and other POSIX systems": "posix", "Windows": "windows"}
"""The mechanism of the containment on each system."""


def on_files(files, config):
    """Add the generated pages, the pictures and the sample, and set the navigation."""
    from mkdocs.structure.files import File  # here, because the tests of the pages do without MkDocs

    for name, text in pages().items():
        files.append(File.generated(config, name, content=text))
    for source in (*sorted((ROOT / "docs" / "pictures").iterdir()), SAMPLE):
        name = source.relative_to(ROOT / "docs").as_posix()
        files.append(File.generated(config, name, abs_src_path=str(source)))
    files.append(File.generated(config, "sample/matrix.html", content=page_of_sample()))
    config.nav = [
        {"Start": "index.md"},
        {"Install": "install.md"},
        {"My code broke": "broke.md"},
        {"Check your program": "check.md"},
        {"Guides": [{guide["title"]: f"guides/{name}.md"} for name, guide in guides().items()]},
        {"The matrix": "sample/matrix.html"},
        {"Terms": "concepts.md"},
        {"How to read the matrix": "matrix.md"},
        {"Claims": ["claims/index.md", *({topic: f"claims/{topic}.md"} for topic, _ in by_topic())]},
        {"Where it was measured": "measured.md"},
        {"What a process costs": "costs.md"},
        {"Add a claim": "contributing.md"},
        {"Result files": "file-format.md"},
        {"Errors in the document": "errata.md"},
    ]
    return files


def on_page_markdown(markdown, page, config, files):
    """Fill in the values that a page in ``docs/pages`` asks for."""
    return markdown if page.file.src_uri in pages() else filled_in(markdown)


def pages():
    """Return the text of each generated page by its name."""
    return {
        "claims/index.md": overview(),
        **{f"claims/{topic}.md": reference(topic, claims) for topic, claims in by_topic()},
        "broke.md": broke(),
        **{f"guides/{name}.md": guide_page(guide) for name, guide in guides().items()},
        "measured.md": measured(),
        "contributing.md": (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"),
        "file-format.md": file_format(),
        "errata.md": errata(),
    }


@functools.cache
def catalogue():
    return load(BUILT_IN, CONDITIONS)


@functools.cache
def by_topic():
    return [(topic, list(claims)) for topic, claims in groupby(catalogue().claims, key=lambda claim: claim.topic)]


@functools.cache
def sample():
    return merge([SAMPLE]).matrix if SAMPLE.exists() else Matrix(())


@functools.cache
def measured_ids():
    return frozenset(sample().claims())


# ---------------------------------------------------------------------------- values for the written pages


def values():
    """Return the numbers and tables that a written page may ask for."""
    claims, document = catalogue().claims, catalogue().document
    beyond = sum(claim.source is None for claim in claims)
    return {
        "claims": len(claims),
        "claims_of_document": len(claims) - beyond,
        "claims_beyond": beyond,
        "statements": len(document.checklist),
        "topics": len(by_topic()),
        "verdicts": table(
            ["sign", "verdict", "meaning"],
            [[code(verdict.sign), str(verdict), plain(verdict.meaning)] for verdict in Verdict],
        ),
        "guides": "\n".join(f"- [{guide['title']}](guides/{name}.md)" for name, guide in guides().items()),
        "check_program": example("resize.py"),
        "check_output": OutputOfCheck("resize.py"),
        "check_suite": example("test_prices.py"),
        "check_suite_output": OutputOfCheck("test_prices.py", "pytest", "-q", "-p", "no:cacheprovider"),
        "check_cost_program": example("sums.py"),
        "check_cost_output": OutputOfCheck("sums.py", before=("--cost",)),
        "check_options": options(check_command),
        "check_causes": causes(),
        "check_new_rule": new_rule(),
        "action_example": ACTION_EXAMPLE,
        "action_inputs": action_inputs(),
        "hook_example": HOOK_EXAMPLE,
    }


def filled_in(markdown):
    """Replace each ``{{ name }}`` by its value, with the indentation of its line. Raises KeyError."""
    known = values()

    def value(match):
        indent = match["indent"] or ""
        return indent + str(known[match["name"]]).replace("\n", "\n" + indent)

    return re.sub(r"(?m)(?P<indent>^ +)?\{\{ (?P<name>\w+) \}\}", value, markdown)


# ---------------------------------------------------------------------------- text


def slug(title):
    """Return the anchor of a heading, as Python-Markdown makes it."""
    return re.sub(r"[-\s]+", "-", re.sub(r"[^\w\s-]", "", title).strip().lower())


def plain(text):
    """Escape what Markdown or HTML would take for markup; text between backquotes stays code."""
    parts = re.split(r"(`[^`\n]+`)", " ".join(str(text).split()))
    return "".join(part if part.startswith("`") else re.sub(r"([\\*_\[\]<>&|#{}])", _escape, part) for part in parts)


def _escape(match):
    return {"<": "&lt;", ">": "&gt;", "&": "&amp;"}.get(match[1], f"\\{match[1]}")


def code(text):
    """Format text as code, even if it contains backquotes or is in a table."""
    text = " ".join(str(text).split()).replace("|", "&#124;" if "`" in str(text) else "|")
    fence = "``" if "`" in text else "`"
    space = " " if fence == "``" else ""
    return f"{fence}{space}{text}{space}{fence}"


def table(heads, rows):
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows)])


def linked(text, here, folder=""):
    """Escape text, and turn the ids of claims in it into links.

    ``here`` is the topic of the page, and ``folder`` the way from the page to the claims.
    """
    known = {claim.id for claim in catalogue().claims}

    def link(match):
        topic, name = match[0].split("/")
        if match[0] not in known:
            return match[0]
        return f"[{match[0]}]({'' if topic == here else folder + topic + '.md'}#{name})"

    parts = re.split(r"(`[^`\n]+`)", plain(text))
    return "".join(p if p.startswith("`") else re.sub(r"\b[a-z0-9-]+/[a-z0-9-]+\b", link, p) for p in parts)


# ---------------------------------------------------------------------------- the claims


def overview():
    document = catalogue().document
    lines = ["# The claims", "", f"{count(len(catalogue().claims), 'claim')} in {count(len(by_topic()), 'topic')}."]
    if document.title:
        lines += [f"Most of them are statements of [{plain(document.title)}]({document.address}), in our own words."]
    if document.checklist:
        known = {claim.id for claim in catalogue().claims}
        tested = sum(row.is_tested(known) for row in document.checklist)
        lines += [f"They test {tested} of the {len(document.checklist)} statements of the document that can be tested."]
    lines += ["These pages are generated from the catalogue, which is what the tests use."]
    for topic, claims in by_topic():
        lines += ["", f"## [{topic}]({topic}.md)", ""]
        lines += [f"- [{claim.name}]({topic}.md#{claim.name}): {plain(claim.says)}" for claim in claims]
    return "\n".join(lines) + "\n"


def reference(topic, claims):
    parts = [f"# {topic}", ""]
    for claim in claims:
        parts += [f"## {claim.name} {{ #{claim.name} }}", "", plain(claim.says), "", *_about(claim), ""]
        if claim.note.strip():
            parts += [linked(claim.note, topic), ""]
        parts += [*_remedies(claim, topic)]
        parts += ["**Predictions**", "", _predictions(claim.arms), "", "**Expected verdicts**", ""]
        for number, (rule, columns) in enumerate(
            zip(claim.expectations, sample().columns_by_rule(claim), strict=True), 1
        ):
            parts += [*_rule(number, rule, claim, columns, topic), ""]
        parts += ["```sh", f"procsem run {claim.id}", "```", ""]
        if claim.id in measured_ids():
            parts += [f"[What was seen](../sample/matrix.html#/{claim.id}) in each cell of the matrix.", ""]
    return "\n".join(parts)


def _about(claim):
    if claim.source:
        yield f"- Source: section {plain(claim.source.section)} of the document, line {claim.source.line}."
    else:
        yield "- Source: not in the document; users run into it."
    yield f"- Decided by: {DECIDERS[claim.decided_by]}."
    yield f"- Probe: {code(claim.probe.relative_to(ROOT).as_posix())}"
    if claim.needs.wanted:
        yield f"- Needs: {code(claim.needs)}; elsewhere it is unsupported."
    if not claim.per_start_method:
        yield "- Runs once per environment, because no start method can influence it."
    if claim.alone:
        yield "- Runs while no other cell runs, because it compares durations."
    if claim.residue:
        yield f"- Leaves behind, as part of its timeline: {', '.join(map(plain, claim.residue))}."


def _remedies(claim, topic, folder=""):
    if claim.no_remedy:
        yield from ["**No fix**", "", linked(claim.no_remedy, topic, folder), ""]
    if claim.remedies:
        yield from ["**How to fix it**", ""]
    for remedy in claim.remedies:
        yield from [linked(remedy.says, topic, folder), ""]
        if remedy.code:
            yield from ["```python", remedy.code.rstrip("\n"), "```", ""]
        for failure in remedy.failures:
            place = plain(where(failure.when)) or "anywhere"
            yield from [f"This does not help {place}: {linked(failure.because, topic, folder)}", ""]


def _predictions(arms):
    rows = []
    for arm in arms:
        name = plain(arm.name) + (" (control)" if arm.is_control and arm.name != "control" else "")
        for number, (fact, comparison) in enumerate(arm.predicts.items()):
            rows.append([name if not number else "", code(fact), code(comparison)])
    return table(["arm", "fact", "value"], rows)


def _rule(number, rule, claim, columns, topic):
    of = len(claim.expectations)
    place = plain(where(rule.when)) or ("in general" if of > 1 else "everywhere")
    yield f"{number}. **{rule.verdict}** {place} ([{measured_words(rule, columns)}](../measured.md))"
    yield ""
    effect = rule.effect or claim.effects.get(rule.verdict)
    means = f"{EFFECTS[effect]} there. " if effect else ""
    yield f"    {means}{linked(rule.because, topic)}"
    seen = [
        f"{code(fact)} {'is ' if not isinstance(comparison.wanted, dict) else ''}{code(comparison)} in {plain(arm)}"
        for arm, facts in rule.observes.items()
        for fact, comparison in facts.items()
    ]
    if seen:
        yield ""
        yield f"    Seen instead: {'; '.join(seen)}."
    for address in rule.see:
        yield ""
        yield f"    <{address}>"


# ---------------------------------------------------------------------------- guides


@functools.cache
def guides():
    return tomllib.loads((ROOT / "docs" / "guides.toml").read_text(encoding="utf-8"))


def guide_page(guide):
    parts = [f"# {guide['title']}", "", guide["intro"].strip(), "", "In this guide:", ""]
    parts += [f"- [{section['title']}](#{slug(section['title'])})" for section in guide["sections"]]
    parts += ["", "If you have an error message, look for it in [My code broke](../broke.md).", ""]
    for section in guide["sections"]:
        parts += [f"## {section['title']}", ""]
        for claim_id in section["claims"]:
            parts += [*in_guide(catalogue().claim(claim_id))]  # a KeyError for an id that does not exist
    return "\n".join(parts)


def in_guide(claim, folder="../claims/"):
    """Yield the statement, where it holds and what that means for a program, the reasons and the fixes."""
    yield from [f"### {plain(claim.says)}", ""]
    for rule in claim.expectations:
        place = plain(where(rule.when)) or ("in general" if len(claim.expectations) > 1 else "everywhere")
        effect = rule.effect or claim.effects.get(rule.verdict)
        word = EFFECTS[effect] if effect else HOLDS.get(rule.verdict, str(rule.verdict))
        yield f"- **{word}** {place}: {linked(rule.because, None, folder)}"
    yield ""
    yield from _remedies(claim, None, folder)
    yield from [f"Proof: [{claim.id}]({folder}{claim.topic}.md#{claim.name}), `procsem run {claim.id}`", ""]


EFFECTS = {
    Effect.BREAKS: "Code like this breaks",
    Effect.DIFFERS: "Code like this differs",
    Effect.WORKS: "Code like this works",
}
HOLDS = {Verdict.UPHELD: "True", Verdict.REFUTED: "Not true"}


# ---------------------------------------------------------------------------- by symptom


KINDS = {
    SymptomKind.EXCEPTION: "You see an error",
    SymptomKind.WARNING: "You see a warning",
    SymptomKind.STACK: "It hangs",
    SymptomKind.OUTPUT: "You see another message",
    SymptomKind.SILENCE: "Nothing is printed, and something is missing",
}


def broke():
    """Return the page from what a user sees to the fix: the index of symptoms, as recorded in runs."""
    lines = [
        "# My code broke",
        "",
        "Paste the error into `procsem explain`, or run your program with `procsem check`. Below is every symptom that",
        "the probes have recorded. `*` and `#` stand for names and numbers of your program.",
        "",
        *(f"- [{title}](#{slug(title)})" for title in KINDS.values()),
        "",
    ]
    found = defaultdict(lambda: defaultdict(list))
    for entry in index.load():
        shown = f"{entry.type}: {entry.template}" if entry.type else entry.template
        if entry.kind is SymptomKind.STACK:
            shown = "waits in " + " > ".join(entry.frames)
            shown += f", while {entry.type} is handled" if entry.type else ""
        claims = found[entry.kind][shown]
        if entry.claim not in claims:
            claims.append(entry.claim)
    for kind, title in KINDS.items():
        if found[kind]:
            lines += [f"## {title}", ""]
        together = defaultdict(list)
        for shown, claims in sorted(found[kind].items()):
            # The type of an error is a heading, so that the table of contents lists the types.
            typed = kind in (SymptomKind.EXCEPTION, SymptomKind.WARNING)
            together[shown.partition(":")[0].rpartition(".")[2] if typed else "", tuple(claims)].append(shown)
        heading = ""
        for (name, claims), symptoms in sorted(together.items(), key=lambda item: item[0][0]):
            if name != heading:
                heading = name
                lines += [f"### {heading}", ""]
            lines += ["```text"]
            for shown in symptoms:
                lines += textwrap.wrap(shown, 80, subsequent_indent="    ")
            lines += ["```", ""]
            for claim in map(catalogue().claim, claims):
                lines += [f"- {plain(claim.says)}"]
                lines += [f"    - Fix: {plain(remedy.says)}" for remedy in claim.remedies]
                lines += [f"    - [Code, reasons and proof](claims/{claim.topic}.md#{claim.name})"]
            lines += [""]
    return "\n".join(lines)


# ---------------------------------------------------------------------------- procsem check


EXAMPLES = ROOT / "docs" / "examples"
ACTION_EXAMPLE = """\
- uses: actions/setup-python@v6
  with: { python-version: "3.14" }
- uses: procsem/procsem@main
  with:
    command: pytest tests
    start-methods: spawn forkserver"""
HOOK_EXAMPLE = """\
- repo: https://github.com/procsem/procsem
  rev: main
  hooks:
    - id: procsem-check
      args: [app.py]"""


def example(name):
    return f"```python\n{(EXAMPLES / name).read_text(encoding='utf-8')}```"


class OutputOfCheck:
    """The output of `procsem check` for an example; the program runs when the text is asked for."""

    def __init__(self, example, *words, before=()):
        self.example, self.words, self.before = example, words, before

    def __str__(self):
        return output_of_check(self.example, self.words, self.before)


@functools.cache
def output_of_check(example, words, before):
    """Check a copy of an example in an empty folder: `check BEFORE... WORDS... EXAMPLE`."""
    command = [sys.executable, "-m", "procsem", "check", "--python", sys.executable, *before, *words, example]
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(EXAMPLES / example, folder)
        done = subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, text=True, encoding="utf-8", check=False)
    if done.returncode not in (0, 1):
        raise RuntimeError(f"{example}: check exited with {done.returncode}")
    return done.stdout.strip()


def options(command):
    rows = []
    with click.Context(command) as context:
        for parameter in command.params:
            record = parameter.get_help_record(context)
            if record:
                rows.append([code(record[0]), plain(record[1])])
    return table(["option", "meaning"], rows)


def causes():
    rows = []
    for cause in CAUSES.values():
        claims = [catalogue().claim(claim) for claim in cause.claims]
        proof = ", ".join(f"[{claim.name}](claims/{claim.topic}.md#{claim.name})" for claim in claims)
        rows.append([code(cause.name), plain(cause.general_explanation), proof])
    return table(["cause", "what happens", "proved by"], rows)


def new_rule():
    text = procsem.check.__doc__
    text = text[text.index("How the parts fit") :]
    return re.sub(r":mod:`([\w.]+)`", r"`\1`", text.replace("``", "`")).strip()


def action_inputs():
    rows, name = [], None
    text = (ROOT / "action.yml").read_text(encoding="utf-8")
    for line in text.partition("inputs:\n")[2].partition("outputs:\n")[0].splitlines():
        match = re.fullmatch(r"  ([\w-]+):|    (description|default): (.*)", line)
        if match and match[1]:
            name = match[1]
            rows.append([code(name), "", ""])
        elif match and match[2] == "description":
            rows[-1][1] = plain(match[3])
        elif match and match[3].strip('"'):
            rows[-1][2] = code(match[3].strip('"'))
    return table(["input", "meaning", "default"], rows)


# ---------------------------------------------------------------------------- where it was measured


def measured():
    lines = ["# Where it was measured, and where not", ""]
    lines += _sample() if SAMPLE.exists() else ["This checkout has no sample of a merged matrix."]
    lines += [
        "",
        "## What was not measured",
        "",
        "Every environment that is not in the list above. What the catalogue expects there is taken from documentation",
        "and source code, which each rule names, until a run on such a system confirms or refutes it. Each rule of a",
        "claim says on which systems it was measured, or that it was not yet measured. In particular:",
        "",
        "- Under Wine, a Windows build of CPython uses Wine's processes. What it shows is evidence about Python's code",
        "  for Windows, not about Windows.",
        "- In a container, process 1 often does not reap orphans. The fact `process_1_reaps` of a run says whether",
        "  it does; on Linux it is measured by an experiment next to the claims. No expectation depends on it: the",
        "  orphans of a probe are adopted by the supervisor of the containment or by a stub for init that the probe",
        "  starts. If process 1 does not reap, the experiment leaves one zombie named `procsem-orphan`, which nobody",
        "  can remove. Later experiments find it and leave no other.",
        "- A claim that holds in some releases may not hold in the next one.",
        "",
        "## How the facts of an environment are measured",
        "",
        "A claim may be unsupported, or expected to be refuted, depending on facts of the environment. If the code",
        "that the claim judges also measured such a fact, a fault of this code would hide itself. So each fact that",
        "a claim names is measured by other code. If the same part of the system is used, the last column gives the",
        "reason for each claim why a fault would not change the fact. A test fails if a claim newly names a fact",
        "without a reason, and another test measures the facts under each [mutant](contributing.md).",
        "",
        measurements(),
        "",
        "## Limits of the containment",
        "",
        "When a probe ends, its whole process tree is killed. What the containment cannot do, by system:",
    ]
    for system, name in CONTAINMENTS.items():
        lines += ["", f"### {system}", "", *(f"- {plain(limit)}" for limit in LIMITS[name])]
    lines += [
        "",
        "## Guarantees of the containment",
        "",
        "Each guarantee is a test in which a program misbehaves in one way. The table shows where the tests passed,",
        "by mechanism and by the user who ran the harness. The mechanism of macOS and the BSDs, `posix.generic`, was",
        "forced on Linux: it finds processes without a subreaper and without the lists of children in `/proc`. In one",
        "respect it had more than on macOS: on Linux, root's supervisor gets real-time priority.",
        "`pytest tests/containment --guarantees FILE`, run by root, records the table.",
        "",
        guarantees(),
    ]
    return "\n".join(lines) + "\n"


def guarantees():
    """Return the table of the tests of the containment that passed."""
    runs = json.loads(GUARANTEES.read_text(encoding="utf-8"))
    names = list(dict.fromkeys(name for run in runs for name in run["outcomes"]))
    heads = ["guarantee", *(f"{run['system']}, {code(run['mechanism'])}, {run['user']}" for run in runs)]
    words = [name.removeprefix("test_").replace("_", " ").capitalize() for name in names]
    return table(
        heads,
        [
            [plain(word), *(run["outcomes"].get(name, "not tested") for run in runs)]
            for name, word in zip(names, words, strict=True)
        ],
    )


def measurements():
    """Return the table of the facts that claims name."""
    rows = []
    for name, fact in MEASUREMENTS.items():
        reasons = defaultdict(list)
        for claim, reason in fact.shared.items():
            reasons[reason].append(claim)
        words = [plain(fact.independent)]
        words += [linked(f"{', '.join(claims)}: {reason}", "", "claims/") for reason, claims in reasons.items()]
        rows.append([code(name), plain(fact.how), plain(fact.mechanism.words), "<br>".join(words)])
    return table(["fact", "measured by", "code that runs", "why the claims that name it do not decide it"], rows)


def page_of_sample():
    """Return the HTML page that `procsem report` makes of the sample."""
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "matrix.html"
        report = [sys.executable, "-m", "procsem", "report", SAMPLE.relative_to(ROOT), "--html", page]
        subprocess.run(report, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        text = page.read_text(encoding="utf-8")
    head, header, rest = text.partition("<header>")
    if not header:
        raise RuntimeError("the page has no header, in which to link to the documentation")
    return f'{head}{header}\n<p><a href="../index.html">The documentation of procsem</a></p>{with_links(rest)}'


def with_links(page):
    """Return the page of the sample with a link from each claim to its section in the documentation."""
    known = {claim.id for claim in catalogue().claims}

    def link(match):
        topic, name = match["claim"].split("/")
        if match["claim"] not in known:
            return match[0]
        return f'{match[0]} <a href="../claims/{topic}/index.html#{name}">in the documentation</a>'

    start = r'<article class="claim" id="/(?P<claim>[^"]+)"[^>]*>\s*<nav [^>]*><a [^>]*>[^<]*</a>'
    return re.sub(start, link, page)


def _sample():
    rows = []
    for column in sample().columns:
        run, facts = column.run, column.run.environment.facts
        verdicts = Counter(str(cell.verdict) for cell in run.cells)
        rows.append(
            [
                plain(column.label),
                plain(facts.get("system_name") or ""),
                plain(", ".join(column.start_methods) or "any"),
                ", ".join(f"{number} {verdict}" for verdict, number in verdicts.items()),
                str(sum(not cell.as_expected for cell in run.cells)),
                run.started[:10],
            ]
        )
    size = f"{count(len(sample().columns), 'environment')} and {count(len(sample().claims()), 'claim')}"
    return [
        f"The sample that comes with the project has {size}:",
        "[as a page](sample/matrix.html), [as JSON](sample/matrix.json).",
        "",
        table(["environment", "system", "start methods", "cells", "not as expected", "measured"], rows),
        "",
        "`python -m procsem_dev.sample PYTHON...` makes it again.",
    ]


# ---------------------------------------------------------------------------- result files


def file_format():
    schema = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
    lines = [
        "# Result files",
        "",
        f"{plain(schema['description'])} The file is JSON. It is validated by the schema",
        f"`{SCHEMA_FILE.relative_to(ROOT).as_posix()}` when it is read, and this page is generated from the schema.",
        "",
        _keys(schema),
    ]
    definitions = schema["$defs"]
    for key, value in definitions["environment"]["properties"].items():
        value["description"] = FACTS[key].meaning
    definitions["run"]["properties"]["environment"]["description"] = "Where the run was measured."
    for name, definition in definitions.items():
        lines += _definition(name, definition)
    lines += ["", "## Facts of an environment", "", "A fact is null if it has no meaning there or is not known.", ""]
    lines.append(table(["fact", "meaning"], [[code(name), plain(fact.meaning)] for name, fact in FACTS.items()]))
    return "\n".join(lines) + "\n"


def _definition(name, definition):
    yield from ["", f"## {name.capitalize()} {{ #{name} }}", ""]
    if "description" in definition:
        yield from [plain(definition["description"]), ""]
    if "properties" in definition:
        yield _keys(definition)
        for key, value in definition["properties"].items():
            inner = _inner(value)
            if inner:
                yield from ["", f"### Each of its {key} {{ #{name}-{key} }}", "", _keys(inner)]
    elif "description" not in definition:
        yield f"{_kind(definition)[0].upper()}{_kind(definition)[1:]}."


def _inner(value):
    """Return the schema of the objects in a list or table, if it is given in this place."""
    held = value.get("items") or value.get("additionalProperties")
    return held if isinstance(held, dict) and "properties" in held else None


def _keys(thing):
    required = set(thing.get("required", ()))
    rows = [
        [code(key), _kind(value), "" if key in required else "may be missing", plain(value.get("description", ""))]
        for key, value in thing["properties"].items()
    ]
    if not any(row[2] for row in rows):
        return table(["key", "value", "meaning"], [[key, kind, meaning] for key, kind, _, meaning in rows])
    return table(["key", "value", "", "meaning"], rows)


def _kind(value):
    """Return in words what values a schema allows."""
    if "$ref" in value:
        name = value["$ref"].rpartition("/")[2]
        return f"[{name}](#{name})"
    if "const" in value:
        return code(json.dumps(value["const"]))
    if "enum" in value:
        return "one of " + ", ".join(code(json.dumps(each)) for each in value["enum"])
    if "oneOf" in value:
        return " or ".join(_kind(each) for each in value["oneOf"])
    kinds = value.get("type", "anything")
    kind = " or ".join(kinds) if isinstance(kinds, list) else kinds
    held = value.get("items") or value.get("additionalProperties")
    if isinstance(held, dict):
        held_kind = "objects" if held.get("type") == "object" else _kind(held)
        return f"{'list' if kind == 'array' else 'table'} of {held_kind}"
    return kind


# ---------------------------------------------------------------------------- errata


def errata():
    lines = [
        "# Errors in the document",
        "",
        "Some errors of the document can be seen without starting a process: its text, its listings and its outputs",
        "contradict each other. Each of them is listed here with the evidence.",
        "",
    ]
    for erratum in catalogue().document.errata:
        evidence = re.sub(r"\]\((?=[\w-]*\.md#)", "](claims/", linked(erratum.evidence, ""))
        lines.append(f"- **{plain(erratum.says)}** {evidence}")
    return "\n".join(lines) + "\n"
