// The page of one claim. Its cells are unpacked when it is first opened, and one of them is shown.

const EFFECTS = {
  works: "Code like this works here.",
  breaks: "Code like this breaks here: it fails, hangs or loses something.",
  differs: "Code like this runs here, but does something else than in other places.",
};
const NOTES = {
  control: "Without the mechanism. It must come out the other way, or the experiment proves nothing.",
  remedy: "With the fix. It must work where the experiment breaks.",
};
const opened = new Map();
const legend = document.getElementById("legend");

async function unpack(article) {
  const packed = article.querySelector(".packed");
  if (!packed) return [];
  const bytes = Uint8Array.from(atob(packed.textContent), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).json();
}

async function openClaim(article, where) {
  if (!opened.has(article)) opened.set(article, unpack(article));
  const cells = await opened.get(article);
  if (!cells.length || !article.classList.contains("open")) return;
  const label = (cell) => heads[cell.environment].dataset.label;
  const [environment, method] = ["env", "method"].map((name) => where.query.get(name));
  const asked = environment || method;
  const exact = asked && cells.find((cell) => (!environment || label(cell) === environment) &&
    (!method || (cell.method || "any") === method));
  // Without an address of a cell: an unexpected one, or the first one that the matrix shows.
  const selected = exact || cells.find((cell) => !cell.as_expected) || cells.find(isShown) || cells[0];
  const rules = article.querySelectorAll(".governs");
  for (const rule of rules) {
    const number = cells.filter((cell) => cell.rule === Number(rule.dataset.rule)).length;
    rule.textContent = `, applies to ${number} of ${cells.length} cells`;
  }
  article.querySelector(".picker").replaceChildren(picker(cells, selected, where.claim, rules.length > 1));
  const view = cellView(selected, label(selected));
  if (asked && !exact) {
    const words = [environment, method && `under ${method}`].filter(Boolean).join(" ");
    view.unshift(make("p", "unlike", `This page has no cell for ${words}. This is another one:`));
  }
  article.querySelector(".cell").replaceChildren(...view);
}

function isShown(cell) {
  return columns.some(({ group, method }, number) =>
    shownColumns[number] && group === cell.environment && (!cell.method || method === cell.method));
}

function picker(cells, selected, claim, numbered) {
  const methods = [...new Set(columns.map(({ method }) => method))].filter((method) => cells.some((cell) => cell.method === method));
  if (!methods.length || cells.some((cell) => !cell.method)) methods.unshift("any");
  const table = make("table", "");
  const top = make("tr", "", null, make("thead", "", null, table));
  for (const word of ["environment", ...methods]) make("th", "", word, top).scope = "col";
  const body = make("tbody", "", null, table);
  for (const [number, head] of heads.entries()) {
    const own = cells.filter((cell) => cell.environment === number);
    if (!own.length) continue;
    const line = make("tr", "", null, body);
    make("th", "", head.dataset.label, line).scope = "row";
    for (const method of methods) {
      const cell = own.find((each) => (each.method || "any") === method);
      const place = make("td", "", null, line);
      place.dataset.head = method;
      if (!cell) continue;
      const link = make("a", verdictClass(cell), cell.verdict, place);
      link.href = cellAddress(claim, head.dataset.label, method);
      if (!cell.as_expected) make("b", "", " unexpected", link);
      if (cell === selected) link.setAttribute("aria-current", "true");
      if (numbered && cell.rule) make("small", "", `rule ${cell.rule}`, place);
    }
  }
  const box = make("div", "scroll");
  box.tabIndex = 0;
  box.setAttribute("role", "region");
  box.setAttribute("aria-label", "cells of this claim");
  box.append(table);
  return box;
}

function cellView(cell, label) {
  const under = cell.method ? ` under ${cell.method}` : "";
  const title = make("h4", "", `${label}${under}`);
  make("span", verdictClass(cell), cell.verdict, title);
  const words = make("p");
  make("b", cell.as_expected ? "" : "unlike", verdictWords(cell), words);
  if (cell.because) words.append(` ${cell.because}`);
  const parts = [title, words];
  if (cell.effect) parts.push(make("p", "effect", EFFECTS[cell.effect]));
  if (cell.problem) parts.push(make("p", "unlike", `Problem: ${cell.problem}`));
  if (cell.residue && !cell.problem) parts.push(make("p", "", `Left behind by the probe, and removed: ${cell.residue.join(", ")}`));
  if (cell.repeats) {
    const counts = Object.entries(cell.repeats).map(([verdict, count]) => `${verdict} ${count} times`);
    parts.push(make("p", "", `Run several times: ${counts.join(", ")}`));
  }
  const again = make("p", "", "Run this cell again: ");
  make("code", "command", cell.rerun, again);
  parts.push(again);
  const arms = make("div", "arms");
  for (const each of cell.arms || []) arms.append(armView(each, cell.between || []));
  if ((cell.arms || []).some((each) => each.lanes.length)) parts.push(legend);
  parts.push(arms);
  if (cell.output) parts.push(folded("What the probe printed", make("pre", "", cell.output)));
  if (cell.watcher) parts.push(folded("What the containment saw from outside", watched(cell)));
  return parts;
}

function verdictClass(cell) {
  return ["verdict", cell.letter, cell.effect, cell.as_expected ? "" : "x"].filter(Boolean).join(" ");
}

function verdictWords(cell) {
  if (cell.as_expected) return "As expected.";
  if (!cell.expected) return "No expectation applies here.";
  if (cell.expected !== cell.verdict) return `Unexpected: ${cell.expected} was expected here.`;
  return "Unexpected: the verdict is as expected, but not everything else that was seen.";
}

function armView(arm, between) {
  const box = make("section", "arm");
  make("h5", "", arm.kind === arm.name || arm.kind === "unknown" ? arm.name : `${arm.name} (${arm.kind})`, box);
  if (NOTES[arm.kind]) make("p", "hint", NOTES[arm.kind], box);
  if (!arm.reported) {
    // A remedy may be newer than the run.
    if (arm.kind === "remedy") make("p", "hint", "This run has not tried it.", box);
    else make("p", "unlike", "Nothing was reported.", box);
    return box;
  }
  if (arm.lanes.length || arm.steps.length) box.append(picture(arm.lanes, arm.steps, arm.left_out));
  if (between.length || arm.same) box.append(differences(arm, between));
  // A fact is in the first table if the claim or its rule says something about it.
  const said = arm.facts.filter((fact) => fact[1] !== null || fact[2] !== null);
  const rest = arm.facts.filter((fact) => !said.includes(fact));
  if (said.length) box.append(factsTable(said));
  if (rest.length) {
    const details = folded(`${rest.length} more ${rest.length === 1 ? "fact" : "facts"}, not predicted`, factsTable(rest));
    details.className = "more-facts";
    box.append(details);
  }
  return box;
}

function differences(arm, between) {
  // Many arms have the same picture: what a probe saw inside a process is not drawn.
  const box = make("div", "between");
  if (arm.same) make("p", "", `Every fact is as in ${arm.same.join(" and ")}.`, box);
  if (!between.length) return box;
  make("p", "", arm.same ? "Other arms differ in:" : "What differs between the arms:", box);
  const list = make("dl", "", null, box);
  for (const name of between) {
    const fact = arm.facts.find((each) => each[0] === name);
    const line = make("div", "", null, list);
    make("dt", "", name, line);
    make("dd", "", fact && fact[3] !== null ? fact[3] : "not reported", line);
  }
  return box;
}

function factsTable(facts) {
  const known = facts.some((fact) => fact[2] !== null);
  const table = make("table", "facts-seen");
  const top = make("tr", "", null, make("thead", "", null, table));
  const predicts = facts.some((fact) => fact[1] !== null);
  for (const word of ["fact", ...(predicts ? ["predicted"] : []), ...(known ? ["known here"] : []), "seen"]) {
    make("th", "", word, top).scope = "col";
  }
  const body = make("tbody", "", null, table);
  for (const [name, predicted, here, seen, differs] of facts) {
    const line = make("tr", differs ? `differs ${differs}` : "", null, body);
    make("th", "", name, line).scope = "row";
    if (predicts) make("td", "", predicted === null ? "–" : predicted, line).dataset.head = "predicted";
    if (known) make("td", "", here === null ? "–" : here, line).dataset.head = "known here";
    const saw = make("td", "", seen === null ? "nothing" : seen, line);
    saw.dataset.head = "seen";
    if (differs) make("b", "", differs === "known" ? " ≠ known here" : " ≠ predicted", saw);
  }
  return table;
}

function watched(cell) {
  const list = make("ul", "watched");
  for (const [at, name, pid, words] of cell.watcher) {
    make("li", "", `${at.toFixed(3)} s  ${name || "process"} ${pid ?? ""} ${words}`, list);
  }
  if (cell.watcher_left_out) make("li", "", `and ${cell.watcher_left_out} more`, list);
  return list;
}

function folded(title, content) {
  const details = make("details", "");
  make("summary", "", title, details);
  if (content.tagName === "PRE") content.tabIndex = 0;
  details.append(content);
  return details;
}
