// Quiz: before a step that changes a state, the user chooses the next state of each end that changes. If a segment to
// an end is lost, the user chooses the state of this end, too. Step.IsQuestion has the exceptions.
const quiz = { on: false, right: 0, wrong: 0, answered: new Set(), target: null };

function openQuestion(index) {
  return run.steps[index].ends.findIndex((end, i) => end.choices && !quiz.answered.has(`${index}/${i}`));
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
    if (verdict) byId("quiz").replaceChildren(verdict);
    byId("quiz").hidden = !verdict;
    byId("next").focus();
    return;
  }
  const question = run.steps[index].ends[end];
  quiz.target = index;
  setPosition();
  byId("ladder").scrollLeft = run.steps[index].connection * byId("ladder").scrollWidth;
  markConnection(run.steps[index].connection, "The question is about");
  byId("quiz").hidden = false;
  byId("quiz").replaceChildren(...verdict ? [verdict] : [],
    make("p", {}, make("b", {}, `Next: ${run.steps[index].title}. `),
      `Which state is the ${run.ends[end].name} in afterwards? Before, it is in ${
        run.states[question.from ?? question.state].name}. An answer leads to the next step.`),
    make("div", { class: "choices" }, ...question.choices.map(choice => {
      const button = make("button", { type: "button", "data-choice": choice }, run.states[choice].name);
      button.onclick = () => answer(index, end, choice);
      return button;
    })));
  cover();
  byId("quiz").querySelector("button").focus({ preventScroll: true });
  byId("quiz").scrollIntoView({ block: "nearest" });
}

function answer(index, end, choice) {
  const now = run.steps[index].ends[end], isRight = run.states[choice].name === run.states[now.state].name;
  quiz.answered.add(`${index}/${end}`);
  isRight ? quiz.right++ : quiz.wrong++;
  showScore();
  const why = now.from ? now.path.map(p => p.label).join(", then ") : "no change: the segment is lost";
  ask(index, make("p", { class: isRight ? "right" : "wrong" },
    `${isRight ? "✓ Right" : "✗ No"}: the ${run.ends[end].name} is in ${run.states[now.state].name}${why
      ? ` (${why})` : ""}.`));
}

function showScore() {
  byId("score").hidden = !quiz.on;
  byId("score").textContent = `${quiz.right} right, ${quiz.wrong} wrong`;
}

function closeQuestion() {
  quiz.target = null;
  markConnection(run.steps[step].connection);
  byId("quiz").hidden = true;
  byId("quiz").replaceChildren();
}

// Covers the part of each ladder that would give the answer away, and hides what sums up the whole run.
function cover() {
  for (const area of document.querySelectorAll(".cover")) area.remove();
  document.body.classList.toggle("asking", quiz.on && step !== last);
  if (!quiz.on || step === last) return;
  for (const ladder of document.querySelectorAll(".ladder:not(.headings)")) {
    const next = ladder.querySelector(`.row[data-row="${run.steps[step + 1].row}"]`);
    const [, top, width, height] = ladder.getAttribute("viewBox").split(" ").map(Number);
    const y = next.getAttribute("y");
    ladder.append(makeSvg("rect", { class: "cover", x: 0, y, width, height: top + height - y }));
  }
}
