"use strict";
// Steps through the run that the page contains as data. Text of the run is only ever written as text, and never parsed
// as HTML.
const run = JSON.parse(document.getElementById("data").textContent);
const byId = id => document.getElementById(id);
const last = run.steps.length - 1;
let step = 0, timer = null;

// Creates an element of HTML or of SVG. A content is a text or another element.
const make = (name, attributes, ...content) => fill(document.createElement(name), attributes, content);
const makeSvg = (name, attributes, ...content) =>
  fill(document.createElementNS("http://www.w3.org/2000/svg", name), attributes, content);

function fill(element, attributes, content) {
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...content);
  return element;
}

const seconds = at => `${at < 0 ? "−" : ""}${Math.abs(at).toFixed(4)} s`;
const nameOf = end => end.name || "no state observed";
const sources = {
  kernel: "", read: " (read by a program)", polled: " (queried at intervals)",
  inferred: " (inferred from the segments)",
};

// What happened in a step, in words: used for the current step, and for all steps on paper.
function describe(index, heading) {
  const now = run.steps[index], parts = document.createDocumentFragment();
  parts.append(make("div", { class: "what" },
    make(heading, {}, `${index}. ${now.title}`), make("time", {}, `${seconds(now.at)}`)));
  for (const text of now.text) parts.append(make("p", {}, text));
  if (now.calls) {
    parts.append(make("ul", { class: "call" }, ...now.calls.map(call => {
      const result = call.result ? ` → ${call.result}` : "", took = call.took ? ` (took ${call.took})` : "";
      return make("li", {}, `${call.end}: ${call.call}${result}${took}`);
    })));
  }
  if (now.segment) {
    parts.append(make("dl", { class: "header" }, ...now.segment.map(([name, value]) =>
      make("div", {}, make("dt", {}, name), make("dd", {}, value)))));
  }
  return parts;
}

// The states of all ends, and how each state is known. If that is the same for all ends, it is written only once.
function states(index) {
  const isSame = run.ends.every(end => end.source === run.ends[0].source);
  return run.steps[index].ends.map((end, i) => `${run.ends[i].name}: ${end.from
    ? `${nameBefore(index, i)} → ` : ""}${nameOf(end)}${isSame ? "" : sources[run.ends[i].source]}`).join("; ")
    + (isSame ? sources[run.ends[0].source] : "");
}

const nameBefore = (index, end) => nameOf(run.steps[index - 1].ends[end]);

// Marks the path of an end in its state diagram: what it has passed, and where it is.
function markEnd(figure, i, index) {
  const now = run.steps[index].ends[i], inferred = run.ends[i].source === "inferred";
  for (const group of figure.querySelectorAll(".state, .edge"))
    group.classList.remove("visited", "current", "inferred", "taken", "skipped", "latest");
  for (let at = 0; at <= index; at++) {
    const end = run.steps[at].ends[i];
    if (end.state) figure.querySelector(`[data-state="${end.state}"]`).classList.add("visited");
    for (const { edge } of end.path ?? []) {
      const arrow = figure.querySelector(`[data-edge="${edge}"]`);
      arrow.classList.add("taken");
      arrow.classList.toggle("skipped", end.path.length > 1);
      arrow.classList.toggle("latest", at === index);
    }
  }
  for (const box of figure.querySelectorAll(".state"))
    box.querySelector("text").textContent = run.states[box.dataset.state].name;
  if (now.state) {
    const box = figure.querySelector(`[data-state="${now.state}"]`);
    box.classList.add("current");
    box.classList.toggle("inferred", inferred);
    box.querySelector("text").textContent = `▸ ${nameOf(now)}`;
  }
  figure.querySelector(".now").replaceChildren(make("b", {}, nameOf(now)),
    `${sources[run.ends[i].source]} ${now.state ? now.means ?? run.states[now.state].means : ""}`);
  const path = now.path ?? [], isFirst = index > 0 && now.state && !run.steps[index - 1].ends[i].state;
  figure.querySelector(".change").replaceChildren(...isFirst ? ["first observed in this step"]
    : !now.from ? ["no change in this step"]
    : path.length === 0 ? [`from ${nameBefore(index, i)}`]
    : [`from ${nameBefore(index, i)}: `, make("b", {}, path.map(p => p.label).join(", then ")),
      path.length > 1 ? " (not observed in between)" : ""]);
}

function show(index) {
  step = index;
  byId("now").replaceChildren(describe(index, "h2"), make("p", { class: "hint" }, states(index)));
  document.querySelectorAll(".end").forEach((figure, i) => markEnd(figure, i, index));
  markConnection(run.steps[index].connection);
  byId("position").setAttribute("aria-valuetext", `${index} of ${last}: ${run.steps[index].title}`);
  byId("counter").textContent = `${index} of ${last}`;
  // A button that is really disabled would lose the focus.
  for (const [name, isOff] of [["first", index === 0], ["previous", index === 0], ["next", index === last]])
    byId(name).setAttribute("aria-disabled", isOff);
  if (index === 0) byId("ladder").scrollTop = 0;
  for (const row of document.querySelectorAll(".ladder .row.current")) row.classList.remove("current");
  for (const row of document.querySelectorAll(`.ladder .row[data-row="${run.steps[index].row}"]`)) {
    row.classList.add("current");
    keepInView(row);
  }
  cover();
  setPosition();
}

// The slider and the address. A browser may refuse to change the address of a page: if the page has none, or changes it
// too often. The page works anyway.
function setPosition() {
  byId("position").value = step;
  try {
    history.replaceState(null, "", `#step=${step}`);
  } catch (refused) {
    if (!(refused instanceof DOMException)) throw refused;
  }
}

// Ends 0 and 1 belong to the first connection. Ends 2 and 3 belong to the second, which exists only with a relay.
function markConnection(connection, what = "This step is on") {
  document.querySelectorAll(".end").forEach((figure, i) =>
    figure.classList.toggle("acting", Math.floor(i / 2) === connection));
  if (!byId("open")) return;
  const [one, other] = run.ends.slice(connection * 2).map(end => end.name.split(" ")[0]);
  byId("open").textContent = `${what} the connection between ${one} and ${other}, whose frames are thick.`;
}

// Scrolls the box of the ladder, and not the page.
function keepInView(row) {
  const box = byId("ladder");
  box.scrollLeft = run.steps[step].connection * box.scrollWidth;
  const inside = box.getBoundingClientRect(), at = row.getBoundingClientRect();
  if (at.height === 0 || box.scrollHeight <= box.clientHeight) return;
  const bottom = Math.min(inside.bottom, innerHeight);
  const above = at.top - inside.top - inside.height * .25, below = at.bottom - bottom + inside.height * .35;
  if (above < 0) box.scrollTop += above;
  else if (below > 0) box.scrollTop += below;
}
