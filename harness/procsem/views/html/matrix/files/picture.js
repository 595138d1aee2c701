// The timeline of a process tree: one row per thing that happened, one column per process.
// Each row draws its own strip, so that rows can be as high as their text needs.

const SVG = "http://www.w3.org/2000/svg";
const EVENT_AT = 15; // pixels from the top of a row to the middle of its first line of text
const TAGS = { started: "starts", signal: "signal", zombie: "zombie", orphan: "orphan", reaped: "reaped", ended: "ended" };

function draw(name, attributes, parent) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return parent ? parent.appendChild(element) : element;
}

function make(name, className, text, parent) {
  const element = document.createElement(name);
  if (className) element.className = className;
  if (text !== undefined && text !== null) element.textContent = text;
  return parent ? parent.appendChild(element) : element;
}

function picture(lanes, steps, leftOut) {
  const box = make("div", "picture");
  box.style.setProperty("--lanes", Math.max(lanes.length, 1));
  box.tabIndex = 0;
  box.setAttribute("role", "group");
  box.setAttribute("aria-label", "the process tree over time");
  const head = make("div", "lanes", null, box);
  make("span", "at", "time", head);
  const names = make("ul", "names", null, head);
  names.setAttribute("aria-label", "processes");
  for (const [name, pid, about] of lanes) {
    const item = make("li", "", null, names);
    make("b", "", name, item);
    make("small", "", [about, pid && `pid ${pid}`].filter(Boolean).join(", "), item);
  }
  const list = make("ol", "steps", null, box);
  let before = "", last = null;
  for (const step of steps) {
    list.append(row(lanes, step, before, last));
    before = step[6];
    last = step[0];
  }
  if (leftOut) make("p", "hint", `${leftOut} more events are left out.`, box);
  return box;
}

function row(lanes, [at, tag, subject, says, explanation, lane, states, links], before, last) {
  const item = make("li", `step ${tag}`);
  const time = make("span", "at", tag === "end" ? "" : `${at.toFixed(3)} s`, item);
  if (last !== null && at - last >= 0.5) make("small", "", `${(at - last).toFixed(1)} s later`, time);
  item.append(strip(lanes.length, before, states, lane, tag, links));
  const words = make("p", "words", null, item);
  if (TAGS[tag]) make("b", "tag", TAGS[tag], words);
  if (subject) make("b", "", subject, words);
  words.append(says);
  if (explanation) make("small", "explanation", explanation, words);
  return item;
}

function strip(count, before, after, lane, tag, links) {
  const svg = draw("svg", { class: "strip", "aria-hidden": "true", focusable: "false" });
  const middle = (number) => `${((number + 0.5) / count) * 100}%`;
  for (let number = 0; number < count; number++) {
    const column = draw("svg", { x: middle(number), width: 1, height: "100%", overflow: "visible" }, svg);
    const was = before[number] || ".", is = after[number] || ".";
    if (was !== ".") bar(column, was, 0, EVENT_AT);
    if (is !== ".") bar(column, is, EVENT_AT, "100%");
    if (was !== "." && is === "." && number === lane) draw("path", { class: "mark gone", d: `M-8 ${EVENT_AT}H8` }, column);
    if (is === "x" && was !== "x") draw("path", { class: "cap", d: `M-8 ${EVENT_AT}H8` }, column);
  }
  for (const [from, to, kind] of links) {
    const gap = from < to ? -1 : 1; // the arrow ends at the edge of the bar, not in its middle
    const line = draw("svg", { x: middle(to), width: 1, height: "100%", overflow: "visible" }, svg);
    draw("line", { class: `link ${kind}`, x1: middle(from), x2: middle(to), y1: EVENT_AT, y2: EVENT_AT }, svg);
    draw("path", { class: "arrow", d: `M${gap * 15} ${EVENT_AT - 5}L${gap * 7} ${EVENT_AT}L${gap * 15} ${EVENT_AT + 5}z` }, line);
    draw("circle", { class: "dot", cx: middle(from), cy: EVENT_AT, r: 4 }, svg);
  }
  if (lane !== null && tag !== "reaped" && after[lane] !== ".") {
    draw("circle", { class: `mark ${tag}`, cx: middle(lane), cy: EVENT_AT, r: 4.5 }, svg);
  }
  return svg;
}

function bar(column, state, from, to) {
  const height = to === "100%" ? `calc(100% - ${from - 0.5}px)` : `${to - from + 0.5}px`; // half a pixel hides the seam
  if (state === "x") draw("line", { class: "bar x", x1: 0, x2: 0, y1: from, y2: to }, column);
  else draw("rect", { class: `bar ${state}`, x: -6, y: from, width: 12 }, column).style.height = height;
  if (state === "o") draw("line", { class: "core", x1: 0, x2: 0, y1: from, y2: to }, column);
}
