// Leads a class through a lesson: a bet is placed before the curves are shown.
import { written } from "../draw/axes.js";
import { by } from "./parts.js";

const bets = {};

// `lesson` as lpsim/show/web/app/teaching.py describes it; `change` moves the page from the step it is at.
export function guide(lesson, first, change) {
  let place = Math.min(Math.max(Number(first) || 0, 0), lesson.steps.length - 1);
  by("lesson").hidden = false;
  by("lesson-title").textContent = `${lesson.title} ${lesson.question}`;
  const go = (to) => {
    place = to;
    const { tab, set } = lesson.steps[place];
    show(lesson, place);
    change({ step: `${place}`, tab, ...(Object.keys(set).length ? { levers: { ...set } } : {}) });
  };
  by("lesson-back").addEventListener("click", () => go(place - 1));
  by("lesson-on").addEventListener("click", () => go(place + 1));
  by("guess").addEventListener("input", () => bet(place));
  show(lesson, place);
}

function show({ steps }, place) {
  const step = steps[place];
  const begun = d3.sum(steps.slice(0, place), ({ minutes }) => minutes);
  const when = `minutes ${begun} to ${begun + step.minutes}`;
  by("lesson-step").textContent = `${place + 1} of ${steps.length} (${when}): ${step.title}`;
  by("lesson-text").textContent = step.text;
  by("lesson-back").disabled = place === 0;
  by("lesson-on").disabled = place === steps.length - 1;
  by("bet").hidden = step.task !== "predict";
  document.body.classList.toggle("betting", step.task === "predict");
  by("answer").textContent = step.task === "run" ? answer(steps, place) : "";
  if (step.task !== "predict") return;
  by("guess-label").textContent = step.ask;
  by("guess").value = bets[place] ?? 0.5;
  bet(place);
}

function bet(place) {
  bets[place] = by("guess").value;
  by("guessed").textContent = bets[place];
}

// The last bet, beside what was claimed of it.
function answer(steps, place) {
  const asked = steps.slice(0, place).findLastIndex(({ task }) => task === "predict");
  if (asked < 0) return "";
  const [low, high] = steps[asked].claim.map((value) => written(value, "knowledge"));
  const mine = bets[asked] === undefined ? "" : `Your bet was ${bets[asked]}. `;
  return `${mine}The mean of 20 worlds lies between ${low} and ${high}.`;
}
