"use strict";
// Steps through the run that the page contains as data. Text of the run is only ever written with textContent.
const run = JSON.parse(document.getElementById("data").textContent);
const byId = id => document.getElementById(id);
const last = run.steps.length - 1;
let step = 0, timer = null;

// Creates an element. A content is a text or another element.
function make(name, attributes, ...content) {
  const element = document.createElement(name);
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
    parts.append(make("ul", { class: "call" }, ...now.calls.map(call => make("li", {},
      `${call.end}: ${call.call}${call.result ? ` → ${call.result}` : ""}${call.took ? ` (${call.took})` : ""}`))));
  }
  if (now.segment) {
    parts.append(make("dl", { class: "header" }, ...now.segment.map(([name, value]) =>
      make("div", {}, make("dt", {}, name), make("dd", {}, value)))));
  }
  return parts;
}

// The states of all ends. How they are known is said once, if it is the same for all of them.
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
    `${sources[run.ends[i].source]} ${now.state ? run.states[now.state].means : ""}`);
  const path = now.path ?? [];
  figure.querySelector(".change").replaceChildren(...!now.from ? ["no change in this step"]
    : [`from ${nameBefore(index, i)}: `, make("b", {}, path.map(p => p.label).join(", then ")),
      path.length > 1 ? " (not observed in between)" : ""]);
}

function show(index) {
  step = index;
  byId("now").replaceChildren(describe(index, "h2"), make("p", { class: "hint" }, states(index)));
  document.querySelectorAll(".end").forEach((figure, i) => markEnd(figure, i, index));
  markConnection(run.steps[index].connection);
  byId("position").value = index;
  byId("position").setAttribute("aria-valuetext", `${index} of ${last}: ${run.steps[index].title}`);
  byId("counter").textContent = `${index} of ${last}`;
  byId("first").disabled = byId("previous").disabled = index === 0;
  byId("next").disabled = index === last;
  for (const row of document.querySelectorAll(".ladder .row.current")) row.classList.remove("current");
  for (const row of document.querySelectorAll(`.ladder .row[data-row="${run.steps[index].row}"]`)) {
    row.classList.add("current");
    keepInView(row);
  }
  cover();
  history.replaceState(null, "", `#step=${index}`);
}

// Ends 0 and 1 are those of the first connection, 2 and 3 those of the second one of a relay.
function markConnection(connection) {
  document.querySelectorAll(".end").forEach((figure, i) =>
    figure.classList.toggle("acting", Math.floor(i / 2) === connection));
  if (!byId("open")) return;
  const [one, other] = run.ends.slice(connection * 2).map(end => end.name.split(" ")[0]);
  byId("open").textContent = `This step is on the connection between ${one} and ${other}, whose frames are thick.`;
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

// Quiz: before a step that changes a state, the page asks for the next state of each end that changes.
const quiz = { on: false, right: 0, wrong: 0, answered: new Set(), target: null };

function openQuestion(index) {
  return run.steps[index].ends.findIndex((end, i) => end.path?.length && !quiz.answered.has(`${index}/${i}`));
}

const nextQuestion = () => run.steps.findIndex((_, i) => i > step && openQuestion(i) >= 0);

function go(target) {
  target = Math.max(0, Math.min(last, target));
  closeQuestion();
  if (quiz.on) {
    for (let i = step + 1; i <= target; i++) {
      if (openQuestion(i) < 0) continue;
      if (i - 1 !== step) show(i - 1);
      ask(i);
      return;
    }
  }
  show(target);
}

function ask(index, verdict) {
  stop();
  const end = openQuestion(index);
  if (end < 0) {
    closeQuestion();
    show(index);
    if (verdict) byId("quiz").replaceChildren(verdict, score());
    byId("quiz").hidden = !verdict;
    byId("next").focus();
    return;
  }
  const question = run.steps[index].ends[end];
  quiz.target = index;
  byId("quiz").hidden = false;
  byId("quiz").replaceChildren(...verdict ? [verdict] : [],
    make("p", {}, make("b", {}, `Next: ${run.steps[index].title}. `),
      `Which state is the ${run.ends[end].name} in afterwards? Before, it is in ${run.states[question.from].name}.`),
    make("div", { class: "choices" }, ...question.choices.map(choice => {
      const button = make("button", { type: "button", "data-choice": choice }, run.states[choice].name);
      button.onclick = () => answer(index, end, choice);
      return button;
    })), score());
  cover();
  byId("quiz").querySelector("button").focus();
}

function answer(index, end, choice) {
  const now = run.steps[index].ends[end], isRight = run.states[choice].name === run.states[now.state].name;
  quiz.answered.add(`${index}/${end}`);
  isRight ? quiz.right++ : quiz.wrong++;
  const why = (now.path ?? []).map(p => p.label).join(", then ");
  ask(index, make("p", { class: isRight ? "right" : "wrong" },
    `${isRight ? "✓ Right" : "✗ No"}: the ${run.ends[end].name} is in ${run.states[now.state].name}${why
      ? ` (${why})` : ""}.`));
}

const score = () => make("p", { class: "hint", id: "score" }, `${quiz.right} right, ${quiz.wrong} wrong`);

function closeQuestion() {
  quiz.target = null;
  byId("quiz").hidden = true;
  byId("quiz").replaceChildren();
}

// Covers the part of each ladder that would give the answer away.
function cover() {
  for (const curtain of document.querySelectorAll(".curtain")) curtain.remove();
  if (!quiz.on || step === last) return;
  for (const ladder of document.querySelectorAll(".ladder")) {
    const next = ladder.querySelector(`.row[data-row="${run.steps[step + 1].row}"]`);
    const curtain = document.createElementNS("http://www.w3.org/2000/svg", "rect");
    const [, , width, height] = ladder.getAttribute("viewBox").split(" ");
    for (const [key, value] of Object.entries({ class: "curtain", x: 0, y: next.getAttribute("y"), width,
      height: height - next.getAttribute("y") })) curtain.setAttribute(key, value);
    ladder.append(curtain);
  }
}

// Play: each step after the time that passed in the run, multiplied, or after a second.
function play() {
  if (step === last) show(0);
  byId("play").textContent = "Pause";
  const advance = () => {
    const slower = Number(byId("speed").value), next = step + 1;
    const wait = slower === 0 ? 1000 : Math.max(0, run.steps[next].at - run.steps[step].at) * 1000 * slower;
    timer = setTimeout(() => {
      go(next);
      if (timer !== null && step < last) advance();
      else if (timer !== null) stop();
    }, wait);
  };
  advance();
}

function stop() {
  clearTimeout(timer);
  timer = null;
  byId("play").textContent = "Play";
}

function move(target) {
  stop();
  go(target);
}

function fromAddress() {
  const wanted = /^#step=(\d+)$/.exec(location.hash);
  if (wanted) move(Number(wanted[1]));
  return wanted !== null;
}

// A click on a state leads to the next step in which the end enters it, or to the first one. In the quiz it answers.
function chooseState(end, state) {
  if (quiz.target !== null) {
    const open = openQuestion(quiz.target);
    if (open === end) answer(quiz.target, end, state);
    return;
  }
  const enters = index => run.steps[index].ends[end].state === state
    && (index === 0 || run.steps[index - 1].ends[end].state !== state);
  const all = [...run.steps.keys()].filter(enters);
  if (all.length > 0) move(all.find(index => index > step) ?? all[0]);
}

// On paper a long picture is in parts, each of which fits a page. None of them ends inside a row.
function dividePicture() {
  joinPicture();
  const picture = document.querySelector("#ladder .ladder:not(.phone)");
  const [, , width, height] = picture.getAttribute("viewBox").split(" ").map(Number);
  const ends = [...picture.querySelectorAll(".row")].map(row =>
    Number(row.getAttribute("y")) + Number(row.getAttribute("height")) + 1);
  const count = Math.ceil(height / width / 1.25);
  for (let part = 1, top = 0; part <= count; part++) {
    const wanted = height * part / count, copy = picture.cloneNode(true);
    const bottom = part === count ? height
      : ends.reduce((best, end) => Math.abs(end - wanted) < Math.abs(best - wanted) ? end : best);
    copy.setAttribute("viewBox", `0 ${top} ${width} ${bottom - top}`);
    byId("paper").append(copy);
    top = bottom;
  }
  byId("ladder").classList.add("in-parts");
}

function joinPicture() {
  byId("paper").replaceChildren();
  byId("ladder").classList.remove("in-parts");
}

byId("first").onclick = () => move(0);
byId("previous").onclick = () => move(step - 1);
byId("next").onclick = () => move(step + 1);
byId("position").oninput = event => move(Number(event.target.value));
byId("play").onclick = () => timer === null ? play() : stop();
byId("ask").onclick = () => {
  quiz.on = !quiz.on;
  byId("ask").setAttribute("aria-pressed", quiz.on);
  Object.assign(quiz, { right: 0, wrong: 0, answered: new Set() });
  closeQuestion();
  if (quiz.on && nextQuestion() < 0) show(0);
  quiz.on && nextQuestion() > 0 ? move(nextQuestion()) : cover();
};
if (byId("every")) {
  byId("every").onclick = () => byId("every").setAttribute("aria-pressed",
    document.querySelector(".ends").classList.toggle("every"));
}
byId("ladder").onclick = event => {
  const row = event.target.closest("[data-row]");
  if (row) move(run.steps.findIndex(s => s.row === Number(row.dataset.row)));
};
document.querySelectorAll(".end").forEach((figure, i) => {
  const choose = event => {
    const state = event.target.closest(".state");
    if (state) chooseState(i, state.dataset.state);
  };
  figure.onclick = choose;
  figure.onkeydown = event => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    choose(event);
  };
});
addEventListener("keydown", event => {
  if (event.altKey || event.ctrlKey || event.metaKey || event.target.matches("input, select")) return;
  const target = { ArrowRight: step + 1, ArrowLeft: step - 1, Home: 0, End: last }[event.key];
  if (target === undefined) return;
  event.preventDefault();
  move(target);
});
addEventListener("hashchange", fromAddress);
addEventListener("beforeprint", dividePicture);
addEventListener("afterprint", joinPicture);

document.body.classList.remove("no-script");
byId("all").append(make("h2", {}, "All steps"), ...run.steps.map((_, i) =>
  make("article", {}, describe(i, "h3"), make("p", {}, states(i)))));
if (!fromAddress()) show(0);
