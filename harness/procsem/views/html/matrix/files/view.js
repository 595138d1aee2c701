"use strict";
// The address, the filters, and which of the two views is shown: all claims, or one.
// An address is #/?topic=daemon&differs=1 or #/?a=COLUMN&b=COLUMN for the matrix, where a column is "LABEL, METHOD",
// and #/daemon/no-children?env=LABEL&method=spawn for a claim.

const all = document.getElementById("all");
const filters = document.getElementById("filters");
const grid = document.getElementById("grid");
const heads = [...grid.querySelectorAll("th.e")];
const columns = [...grid.querySelectorAll("th.m")].map((head) => {
  const group = Number(head.dataset.group);
  const { label, old } = heads[group].dataset;
  return { head, method: head.textContent, group, old: old !== undefined, key: `${label}, ${head.textContent}` };
});
const spanning = heads.map((_, group) => [...grid.querySelectorAll(`td.g${group}`)]);
const topics = [...grid.tBodies].map((body) => ({
  body,
  name: body.dataset.topic,
  number: body.querySelector(".topic small"),
  rows: [...body.querySelectorAll("tr[data-claim]")].map((row) => ({
    row, letters: row.dataset.letters,
  })),
}));
const best = document.getElementById("best");
const unknown = document.getElementById("unknown");
const more = document.getElementById("more");
const none = document.getElementById("none");
const beyond = document.getElementById("beyond");
const gridBox = grid.parentNode;
const narrow = matchMedia("(max-width: 44rem)"); // as in page.css
const hiding = document.head.appendChild(document.createElement("style"));
let lastMatrix = "#/";
let shownColumns = columns.map(() => true);
let stop = null; // the one cell of the matrix that Tab reaches; the arrow keys move on from there
let cameFrom = null; // the element that opened the claim, which gets the focus back

function address() {
  const text = location.hash.slice(1);
  if (text && !text.startsWith("/") && document.getElementById(text)) return null; // a plain anchor within the page
  const [path, query] = text.replace(/^\//, "").split("?");
  return { claim: decoded(path), query: new URLSearchParams(query || "") };
}

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // not an encoded text
  }
}

function wanted() {
  const query = new URLSearchParams();
  for (const [name, value] of new FormData(filters)) if (value) query.set(name, value);
  return query;
}

function fillIn(query) {
  // Fills in the form, and returns the values that the page does not have: an address may be older than the page.
  const missing = [...query].filter(([name, value]) => value && !filters.elements[name]).map(([name]) => name);
  for (const field of filters.elements) {
    if (!field.name) continue;
    const value = query.get(field.name) || "";
    if (field.type === "checkbox") field.checked = value === field.value;
    else field.value = value;
    if (field.tagName === "SELECT" && field.selectedIndex < 0) {
      field.value = "";
      missing.push(value);
    }
  }
  return missing;
}

function filter() {
  const query = wanted();
  const get = (name) => query.get(name) || "";
  const compared = ["a", "b"].map((name) => columns.findIndex((each) => get(name) && each.key === get(name)));
  const comparing = compared.every((number) => number >= 0);
  // Old releases are folded away unless a filter asks about them or about all columns.
  const unfolded = ["old", "python", "differs", "unexpected"].some((name) => get(name));
  const shown = columns.map(({ method, group, old }, number) => comparing ? compared.includes(number) :
    (unfolded || !old) &&
    (!get("system") || heads[group].dataset.system === get("system")) &&
    (!get("python") || heads[group].dataset.python === get("python")) &&
    (!get("method") || method === get("method") || method === "any"));
  shownColumns = shown;
  showColumns(shown);
  grid.classList.toggle("signs-only", get("signs") === "1");
  const option = filters.elements.verdict.selectedOptions[0];
  const letter = option && option.dataset.letter;
  const asked = get("text").trim();
  const found = search(asked).map((each) => each.claim);
  const fitting = new Set(found);
  let claims = 0, of = 0;
  for (const { body, name, rows, number } of topics) {
    let here = 0;
    for (const { row, letters } of rows) {
      const there = [...letters].filter((each, column) => shown[column] && each !== ".");
      const verdicts = new Set(there.map((each) => each.toLowerCase()));
      const fits = (!get("topic") || name === get("topic")) &&
        (!asked || fitting.has(row.dataset.claim)) &&
        (!letter || verdicts.has(letter)) &&
        (!get("differs") || (verdicts.has("u") && verdicts.has("r"))) &&
        (!comparing || verdicts.size > 1) &&
        (!get("unexpected") || there.some((each) => each !== each.toLowerCase()));
      row.hidden = !fits;
      here += fits;
    }
    body.hidden = !here;
    const all = `${rows.length} ${rows.length === 1 ? "claim" : "claims"}`;
    number.textContent = here === rows.length ? all : `${here} of ${all}`;
    claims += here;
    of += rows.length;
  }
  if (!stop || !seen(stop)) stopAt([...grid.querySelectorAll("tr[data-claim] td")].find(seen));
  const count = shown.filter(Boolean).length;
  const folded = heads.filter((head, group) => head.dataset.old !== undefined &&
    columns.every((column, number) => column.group !== group || !shown[number])).length;
  filters.querySelector("output").textContent = `${claims} of ${of} claims, ${count} of ${shown.length} columns` +
    (folded && !comparing ? ` (${folded} older releases folded)` : "");
  none.hidden = claims > 0;
  const used = [...query.keys()].filter((name) => name !== "text").length;
  more.querySelector("summary small").textContent = used ? `${used} in use` : "";
  showBest(asked ? found : []);
  sayWhatIsBeyond();
  return query;
}

function showBest(found) {
  // The table is in the order of the topics, so the claims that fit best are also listed above it.
  const rows = new Map(topics.flatMap(({ rows }) => rows).map(({ row }) => [row.dataset.claim, row]));
  const first = found.filter((claim) => rows.has(claim) && !rows.get(claim).hidden).slice(0, 5);
  best.hidden = !first.length;
  best.replaceChildren();
  for (const claim of first) {
    const item = make("li", "", "", best);
    make("a", "", claim, item).href = `#/${claim}`;
    const says = rows.get(claim).querySelector("small");
    if (says) item.append(` ${says.textContent}`);
  }
}

function showColumns(shown) {
  const hidden = shown.flatMap((is, place) => (is ? [] : [`.c${place}`]));
  const rule = hidden.length ? `#grid :is(${hidden.join()}){display:none}` : "";
  if (hiding.textContent !== rule) hiding.textContent = rule;
  heads.forEach((head, group) => {
    const left = columns.filter((column, number) => column.group === group && shown[number]).length;
    for (const cell of [head, ...spanning[group]]) {
      if (cell.hidden !== !left) cell.hidden = !left;
      if (left && cell.colSpan !== left) cell.colSpan = left;
    }
  });
}

function sayWhatIsBeyond() {
  // Says how many columns are outside of the box, in which the table scrolls sideways.
  const box = gridBox.getBoundingClientRect();
  const left = grid.querySelector(".corner").getBoundingClientRect().right;
  const middles = columns.map(({ head }) => head.getBoundingClientRect()).filter((each) => each.width)
    .map((each) => (each.left + each.right) / 2);
  const parts = [["left", middles.filter((each) => each < left).length],
    ["right", middles.filter((each) => each > box.right).length]].filter(([, number]) => number)
    .map(([side, number]) => `${number} more ${number === 1 ? "column" : "columns"} to the ${side}`);
  beyond.hidden = !parts.length;
  beyond.textContent = `Scroll the table: ${parts.join(", ")}.`;
}

function neighbours(article) {
  // The claims before and after this one, among those that the filters show.
  const shown = topics.flatMap(({ name, rows }) => rows.filter(({ row }) => !row.hidden).map(({ row }) => row.dataset.claim));
  const at = shown.indexOf(article.id.slice(1));
  const nav = article.querySelector(".back");
  for (const old of nav.querySelectorAll(".step")) old.remove();
  for (const [claim, text] of [[shown[at - 1], "previous: "], [shown[at + 1], "next: "]]) {
    if (at < 0 || !claim) continue;
    const link = make("a", "step", text + claim, nav);
    link.href = `#/${claim}`;
  }
}

function explainUnknown(claim, missing = []) {
  unknown.hidden = !claim && !missing.length;
  if (missing.length) unknown.replaceChildren(`This page does not have ${missing.join("; ")}: that part of the address is left out.`);
  if (!claim) return;
  unknown.replaceChildren("There is no claim ", make("code", "", claim), " on this page.");
  const [topic, name] = claim.split("/");
  const near = [...document.querySelectorAll(".claim")].map((each) => each.id.slice(1)).filter((id) =>
    (name && id.includes(name)) || id.split("/")[0] === topic || (name && name.includes(id.split("/")[1])));
  near.sort((one, other) => Boolean(name) && other.includes(name) - one.includes(name));
  near.splice(5);
  if (near.length) unknown.append(" Similar: ");
  for (const id of near) {
    const link = make("a", "", id, unknown);
    link.href = `#/${id}`;
    unknown.append(id === near.at(-1) ? "." : ", ");
  }
}

function show() {
  const where = address();
  if (!where && all.hidden) {
    location.replace(lastMatrix); // the anchor is beside the matrix, which the open claim hides
    return;
  }
  if (!where) {
    filter();
    return;
  }
  const article = where.claim && document.getElementById(`/${where.claim}`);
  explainUnknown(article ? "" : where.claim);
  if (article && !all.hidden) cameFrom = document.activeElement;
  for (const open of document.querySelectorAll(".claim.open")) if (open !== article) open.classList.remove("open");
  all.hidden = Boolean(article);
  if (article) {
    document.title = where.claim;
    const fresh = !article.classList.contains("open");
    article.classList.add("open");
    article.querySelector(".back a").href = lastMatrix;
    neighbours(article);
    openClaim(article, where);
    if (fresh) {
      scrollTo(0, 0);
      article.querySelector("h2").focus({ preventScroll: true });
    }
    return;
  }
  document.title = document.querySelector("h1").textContent;
  if (where.claim) {
    unknown.scrollIntoView();
    return;
  }
  lastMatrix = location.hash || "#/";
  explainUnknown("", fillIn(where.query));
  filter();
  if (where.query.size && !document.activeElement.closest("#filters :is(input, select, button)")) {
    document.getElementById("matrix").scrollIntoView();
  }
  if (cameFrom && all.contains(cameFrom)) cameFrom.focus();
  cameFrom = null;
}

function changed() {
  const query = filter().toString();
  lastMatrix = query ? `#/?${query}` : "#/";
  history.replaceState(null, "", lastMatrix);
}

function cellOf(target) {
  const cell = target.closest("#grid td");
  if (!cell || cell.classList.contains("none")) return null;
  const number = /\bc(\d+)/.exec(cell.className);
  const group = number ? columns[number[1]].group : Number(/\bg(\d+)/.exec(cell.className)[1]);
  const env = heads[group].dataset.label;
  const method = number ? columns[number[1]].method : "any";
  return { cell, env, method, claim: cell.parentNode.dataset.claim };
}

function cellAddress(claim, env, method) {
  return `#/${claim}?${new URLSearchParams({ env, method })}`;
}

function seen(element) {
  return element.getClientRects().length > 0;
}

function stopAt(cell) {
  if (stop) stop.tabIndex = -1;
  stop = cell || null;
  if (stop) stop.tabIndex = 0;
}

function openCell(found) {
  stopAt(found.cell);
  found.cell.focus({ preventScroll: true });
  location.hash = cellAddress(found.claim, found.env, found.method);
}

function cellFrom(cell, key, wholly) {
  const rows = [...grid.querySelectorAll("tr[data-claim]")].filter(seen);
  const cells = (row) => [...row.cells].filter((each) => each.tagName === "TD" && seen(each));
  const own = cells(cell.parentNode);
  const above = rows.indexOf(cell.parentNode);
  const column = own.slice(0, own.indexOf(cell)).reduce((sum, each) => sum + each.colSpan, 0);
  const across = (row) => {
    let left = column;
    return cells(row).find((each) => (left -= each.colSpan) < 0);
  };
  switch (key) {
    case "ArrowLeft": return own[own.indexOf(cell) - 1];
    case "ArrowRight": return own[own.indexOf(cell) + 1];
    case "ArrowUp": return above > 0 && across(rows[above - 1]);
    case "ArrowDown": return above < rows.length - 1 && across(rows[above + 1]);
    case "Home": return cells(wholly ? rows[0] : cell.parentNode)[0];
    case "End": return cells(wholly ? rows.at(-1) : cell.parentNode).at(-1);
  }
}

grid.setAttribute("role", "grid"); // because the script makes its cells navigable
grid.setAttribute("aria-readonly", "true");
grid.addEventListener("click", (event) => {
  const found = !event.target.closest("a") && cellOf(event.target);
  if (found) openCell(found);
});
grid.addEventListener("keydown", (event) => {
  if (event.target.tagName !== "TD" || event.altKey || event.metaKey) return;
  if (event.key === "Enter" || event.key === " ") {
    const found = cellOf(event.target);
    if (found) openCell(found);
  } else {
    const next = cellFrom(event.target, event.key, event.ctrlKey);
    if (next === undefined) return;
    if (next) {
      stopAt(next);
      next.focus();
    }
  }
  event.preventDefault();
});
grid.addEventListener("mouseover", (event) => {
  const found = cellOf(event.target);
  if (found && !found.cell.title) {
    const under = found.method === "any" ? "under any start method" : `under ${found.method}`;
    found.cell.title = `${found.claim} ${under}, ${found.env}: ${found.cell.textContent}`;
  }
});
filters.addEventListener("input", changed);
filters.addEventListener("submit", (event) => event.preventDefault());
filters.addEventListener("reset", () => setTimeout(changed));
addEventListener("hashchange", show);
let drawing = 0;
for (const [target, event] of [[gridBox, "scroll"], [window, "resize"]]) {
  target.addEventListener(event, () => {
    cancelAnimationFrame(drawing);
    drawing = requestAnimationFrame(sayWhatIsBeyond);
  }, { passive: true });
}
function fold() {
  more.open = !narrow.matches;
  legend.open = !narrow.matches;
}
narrow.addEventListener("change", fold);
addEventListener("beforeprint", () => {
  for (const each of document.querySelectorAll("details")) each.open ||= each.offsetParent !== null;
});
document.documentElement.classList.add("js");
filters.hidden = false;
addEventListener("DOMContentLoaded", fold);
addEventListener("DOMContentLoaded", show);
