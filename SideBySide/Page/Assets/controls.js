// Play: shows the next step after a second, or after the time that passed in the run, multiplied by a factor.
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

// A click on a state leads to the next step in which the end enters this state, or, if there is none, to the first such
// step. During a question of the quiz, a click on a state of the end in question is the answer, and other clicks do
// nothing.
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
  showScore();
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

document.body.classList.remove("no-script");
if (!fromAddress()) show(0);
