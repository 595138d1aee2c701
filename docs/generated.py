"""The pages that are made when the site is built: from the catalogue, the schema, the sample and CONTRIBUTING.md.

A hook of MkDocs. Nothing that stands elsewhere is written a second time.
"""

import ast
import functools
import json
import re
import subprocess
import sys
import tempfile
from collections import Counter
from itertools import groupby
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from mkdocs.structure.files import File  # noqa: E402

from procsem import results as store  # noqa: E402
from procsem.catalogue import BUILT_IN, load  # noqa: E402
from procsem.environment import CONDITIONS, FACTS  # noqa: E402
from procsem.model import Matrix  # noqa: E402
from procsem.views.formatting import measured as measured_words  # noqa: E402

SAMPLE = ROOT / "docs" / "sample" / "matrix.json"
DECIDERS = {
    "system": "the operating system",
    "interpreter": "the Python interpreter",
    "multiprocessing": "Python's multiprocessing",
}
SYSTEMS = {"linux": "Linux", "posix": "macOS and other POSIX systems", "windows": "Windows"}


def on_files(files, config):
    """Add the generated pages, and the pictures and the sample that lie beside the site's own folder."""
    catalogue = load(BUILT_IN, CONDITIONS)
    topics = [(topic, list(claims)) for topic, claims in groupby(catalogue.claims, key=lambda claim: claim.topic)]
    pages = {
        "claims/index.md": overview(catalogue, topics),
        **{f"claims/{topic}.md": reference(topic, claims, catalogue) for topic, claims in topics},
        "measured.md": measured(),
        "contributing.md": (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"),
        "file-format.md": file_format(),
        "errata.md": errata(catalogue),
    }
    for name, text in pages.items():
        files.append(File.generated(config, name, content=text))
    for source in (*sorted((ROOT / "docs" / "pictures").iterdir()), SAMPLE):
        name = source.relative_to(ROOT / "docs").as_posix()
        files.append(File.generated(config, name, abs_src_path=str(source)))
    files.append(File.generated(config, "sample/matrix.html", content=page_of_sample()))
    config.nav = [
        {"Start": "index.md"},
        {"The words": "concepts.md"},
        {"How to read the matrix": "matrix.md"},
        {"The claims": ["claims/index.md", *({topic: f"claims/{topic}.md"} for topic, _ in topics)]},
        {"What was measured where": "measured.md"},
        {"What a process costs": "costs.md"},
        {"Add a claim": "contributing.md"},
        {"The file of a run": "file-format.md"},
        {"The document's own slips": "errata.md"},
    ]
    return files


# ---------------------------------------------------------------------------- text


def plain(text):
    """Text as text: what Markdown or HTML would take for markup is escaped; what stands in backquotes is code."""
    parts = re.split(r"(`[^`\n]+`)", " ".join(str(text).split()))
    return "".join(part if part.startswith("`") else re.sub(r"([\\*_\[\]<>&|#{}])", _escape, part) for part in parts)


def _escape(match):
    return {"<": "&lt;", ">": "&gt;", "&": "&amp;"}.get(match[1], f"\\{match[1]}")


def code(text):
    """Text as code, also where it has backquotes of its own or stands in a table."""
    text = " ".join(str(text).split()).replace("|", "&#124;" if "`" in str(text) else "|")
    fence = "``" if "`" in text else "`"
    space = " " if fence == "``" else ""
    return f"{fence}{space}{text}{space}{fence}"


def table(heads, rows):
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows)])


def count(number, thing):
    return f"{number} {thing}" + ("" if number == 1 else "s")


def linked(text, here, known):
    """Ids of claims in the text become links to them."""

    def link(match):
        topic, name = match[0].split("/")
        if match[0] not in known:
            return match[0]
        return f"[{match[0]}]({'' if topic == here else topic + '.md'}#{name})"

    parts = re.split(r"(`[^`\n]+`)", plain(text))
    return "".join(p if p.startswith("`") else re.sub(r"\b[a-z0-9-]+/[a-z0-9-]+\b", link, p) for p in parts)


# ---------------------------------------------------------------------------- the claims


def overview(catalogue, topics):
    document = catalogue.document
    yet = ""
    if document.checklist:
        known = {claim.id for claim in catalogue.claims}
        tested = sum(row.is_tested(known) for row in document.checklist)
        yet = f" They test {tested} of the {len(document.checklist)} statements of the document that can be tested."
    where = f"from [{plain(document.title)}]({document.address}), in our own words" if document.title else ""
    lines = [
        "# The claims",
        "",
        f"{count(len(catalogue.claims), 'claim')} {where}.{yet}",
        "These pages are made from the catalogue: what they say is what the tests use.",
    ]
    for topic, claims in topics:
        lines += ["", f"## [{topic}]({topic}.md)", ""]
        lines += [f"- [{claim.name}]({topic}.md#{claim.name}): {plain(claim.says)}" for claim in claims]
    return "\n".join(lines) + "\n"


def reference(topic, claims, catalogue):
    known = {claim.id for claim in catalogue.claims}
    parts = [f"# {topic}", ""]
    for claim in claims:
        parts += [f"## {claim.name} {{ #{claim.name} }}", "", plain(claim.says), "", *_about(claim), ""]
        if claim.note.strip():
            parts += [linked(claim.note, topic, known), ""]
        parts += ["**What is predicted**", "", _predictions(claim.arms), "", "**What is expected where, and why**", ""]
        for number, (rule, columns) in enumerate(zip(claim.expectations, sample().met(claim), strict=True), 1):
            parts += [*_rule(number, rule, len(claim.expectations), columns, topic, known), ""]
        parts += ["```sh", f"procsem run {claim.id}", "```", ""]
    return "\n".join(parts)


def _about(claim):
    source = (
        f"The document: {plain(claim.source.section)}, line {claim.source.line} of its text."
        if claim.source
        else "The document does not speak of it: it is what users meet beside it."
    )
    yield f"- {source}"
    yield f"- What decides it: {DECIDERS[claim.decided_by]}."
    yield f"- The probe: {code(claim.probe.relative_to(ROOT).as_posix())}"
    if claim.needs.wanted:
        yield f"- It needs: {code(claim.needs)}; it is unsupported elsewhere."
    if not claim.per_start_method:
        yield "- No start method can influence it: it runs once in each place."
    if claim.alone:
        yield "- It holds one duration against another: nothing else runs meanwhile."
    if claim.residue:
        yield f"- It leaves behind, as part of its timeline: {', '.join(map(plain, claim.residue))}."


def _predictions(arms):
    rows = []
    for arm in arms:
        name = plain(arm.name) + (" (control)" if arm.is_control and arm.name != "control" else "")
        for number, (fact, comparison) in enumerate(arm.predicts.items()):
            rows.append([name if not number else "", code(fact), code(comparison)])
    return table(["arm", "fact", "is"], rows)


def _rule(number, rule, of, columns, topic, known):
    where = f"where {code(rule.when)}" if rule.when.wanted else ("in general" if of > 1 else "everywhere")
    yield f"{number}. **{rule.verdict}** {where} ([{measured_words(rule, columns)}](../measured.md))"
    yield ""
    yield f"    {linked(rule.because, topic, known)}"
    seen = [
        f"{code(fact)} {'is ' if not isinstance(comparison.wanted, dict) else ''}{code(comparison)} in {plain(arm)}"
        for arm, facts in rule.observes.items()
        for fact, comparison in facts.items()
    ]
    if seen:
        yield ""
        yield f"    ProcessInfo instead: {'; '.join(seen)}."
    for address in rule.see:
        yield ""
        yield f"    <{address}>"


# ---------------------------------------------------------------------------- what was measured


def measured():
    lines = ["# What was measured where, and what was not", ""]
    lines += _sample() if SAMPLE.exists() else ["This checkout holds no sample of a merged matrix."]
    lines += [
        "",
        "## What was not measured",
        "",
        "Every environment that the list above does not name. What the catalogue expects there comes from",
        "documentation and from source code, which each rule names; a run on that system decides. With each rule of",
        "a claim stands on which systems it was measured, or that it was not yet. In particular:",
        "",
        "- Under Wine, a build of CPython for Windows meets Wine's processes, not Windows' own. What it shows is",
        "  evidence about Python's code for Windows, not about Windows.",
        "- In a container, process 1 is often no init that reaps. A run's facts tell (`process_1_reaps`), on Linux",
        "  from a trial beside the claims. No expectation is for it: on Linux a probe's orphans are adopted by the",
        "  containment, or by a stand-in for init that the probe brings. Where process 1 does not reap, the trial",
        "  leaves it one zombie, called `procsem-orphan`. Nobody can take it away; later trials look at it and make",
        "  no other.",
        "- A claim that was found to hold under some releases is not thereby known to hold under the next.",
        "",
        "## Limits of the containment",
        "",
        "Each probe's process tree is ended with it. What that cannot do on each system:",
    ]
    for name, title in SYSTEMS.items():
        lines += ["", f"### {title}", "", *(f"- {plain(limit)}" for limit in limits(name))]
    return "\n".join(lines) + "\n"


def limits(name):
    """The LIMITS of one platform's module: read and not imported, as each imports on its own platform alone."""
    source = (ROOT / "harness" / "containment" / f"{name}.py").read_text(encoding="utf-8")
    (found,) = (
        node.value
        for node in ast.parse(source).body
        if isinstance(node, ast.AnnAssign) and getattr(node.target, "id", "") == "LIMITS"
    )
    return ast.literal_eval(found)


@functools.cache
def sample():
    return store.merge([SAMPLE]).matrix if SAMPLE.exists() else Matrix(())


def page_of_sample():
    """The sample as the HTML page that `procsem report` makes of it."""
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "matrix.html"
        report = [sys.executable, "-m", "procsem", "report", SAMPLE.relative_to(ROOT), "--html", page]
        subprocess.run(report, cwd=ROOT, check=True)
        return page.read_text(encoding="utf-8")


def _sample():
    rows = []
    for column in sample().columns:
        run, facts = column.run, column.run.environment.facts
        verdicts = Counter(str(cell.verdict) for cell in run.cells)
        odd = sum(not cell.as_expected for cell in run.cells)
        rows.append(
            [
                plain(column.label) + (" (Wine)" if facts.get("wine") else ""),
                plain(facts.get("system_name") or ""),
                plain(", ".join(column.start_methods) or "any"),
                ", ".join(f"{number} {verdict}" for verdict, number in verdicts.items()),
                str(odd),
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
        "It is remade by one command, `python -m procsem_dev.sample PYTHON...`.",
    ]


# ---------------------------------------------------------------------------- the file's format


def file_format():
    schema = json.loads((ROOT / "harness" / "procsem" / "results" / "run.schema.json").read_text(encoding="utf-8"))
    lines = [
        "# The file of a run",
        "",
        f"{schema['description']} It is JSON; `procsem run` writes one for each environment, and",
        "`procsem report --json` writes several in one file. The schema is",
        "`harness/procsem/results/run.schema.json`, and this page is made from it.",
        "",
        "## The run",
        "",
        _keys(schema),
    ]
    for name, definition in schema["$defs"].items():
        lines += _definition(name, definition)
    lines += ["", "## Facts of an environment", "", "A fact is null where it has no meaning or cannot be had.", ""]
    lines.append(table(["fact", "meaning"], [[code(name), plain(fact.meaning)] for name, fact in FACTS.items()]))
    return "\n".join(lines) + "\n"


def _definition(name, definition):
    yield from ["", f"## The {name} {{ #{name} }}", ""]
    if "description" in definition:
        yield plain(definition["description"])
    if "properties" in definition:
        yield _keys(definition)
        for key, value in definition["properties"].items():
            inner = _inner(value)
            if inner:
                yield from ["", f"### Each of its {key} {{ #{name}-{key} }}", "", _keys(inner)]
    elif "description" not in definition:
        yield f"{_kind(definition)[0].upper()}{_kind(definition)[1:]}."


def _inner(value):
    """The objects that a list or a table holds, where they are described on the spot."""
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
    """A value's kind in words."""
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


def errata(catalogue):
    known = {claim.id for claim in catalogue.claims}
    lines = [
        "# The document's own slips",
        "",
        "Beside the claims, the document has slips that need no process to be seen: its text, its listings and its",
        "outputs disagree. Each stands here with what shows it.",
        "",
    ]
    for erratum in catalogue.document.errata:
        evidence = re.sub(r"\]\((?=[\w-]*\.md#)", "](claims/", linked(erratum.evidence, "", known))
        lines.append(f"- **{plain(erratum.says)}** {evidence}")
    return "\n".join(lines) + "\n"
