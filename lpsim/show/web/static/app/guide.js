// Leads a class through a lesson: a bet is placed before the page is shown.
import { drawBet } from "../draw/bet.js";
import { betsOf, isOne, numeral, rangeOf } from "./bets.js";
import { by, part } from "./parts.js";
import { placeIn } from "./state.js";

const NO_BET = "You have placed no bet yet: place one, or press Next again to go on without.";

// `lesson` as `for_page` in lpsim/show/web/app/teaching.py tells it; `change` moves the page from the step it is at;
// `called` gives the scenario of a name. Gives what shows a step without moving the page.
export function guide(lesson, first, change, called) {
  const { bets, put } = betsOf(lesson, !first);
  let place = placeIn(lesson, first);
  by("lesson").hidden = false;
  by("lesson-title").textContent = `${lesson.title}${/\w$/.test(lesson.title) ? "." : ""} ${lesson.question}`;
  const bet = (value) => {
    const none = value !== undefined && !isOne(lesson.steps[place].bet, value);
    put(place, none ? undefined : value);
    by("no-bet").textContent = "";
    refuse(none && lesson.steps[place].bet);
    draw();
  };
  const draw = () => drawMine(lesson.steps[place], bets[place], called(lesson.steps[place].page.scenario));
  const go = (to, push = true) => {
    place = to;
    show(lesson, place, bets);
    by("morning").open = lesson.steps[place].morning;
    change({ step: `${place}`, ...pageOf(lesson.steps[place], called) }, push);
    draw();
  };
  by("lesson-back").addEventListener("click", () => go(place - 1));
  by("lesson-on").addEventListener("click", () => {
    if (by("bet-refused").textContent) return by("guess-number").focus();
    const open = lesson.steps[place].bet && bets[place] === undefined;
    if (!open || by("no-bet").textContent) return go(place + 1);
    by("no-bet").textContent = NO_BET;
  });
  listen(bet);
  addEventListener("resize", draw);
  show(lesson, place, bets);
  by("morning").open = lesson.steps[place].morning;
  if (first) draw();
  else go(0, false);
  return (step) => {
    place = placeIn(lesson, step);
    show(lesson, place, bets);
    draw();
  };
}

// Call `bet` with what is bet: a place of the slider, a number in the box (none where it is emptied), a choice.
function listen(bet) {
  by("guess").addEventListener("input", ({ target }) => bet(target.value));
  by("guess-number").addEventListener("input", ({ target }) => bet(numeral(target.value) || undefined));
  by("choosing").addEventListener("change", ({ target }) => bet(target.value));
}

// The bet that is a number: none until it is placed; of what has a curve, also on axes of its own.
function drawMine({ bet, page: { tab } }, value, { steps, unit }) {
  by("guessed").textContent = value ?? "not placed yet";
  if (bet && !bet.choices) follow(value);
  by("bet-chart").hidden = !bet || bet.choices || tab !== "levels";
  if (by("bet-chart").hidden) return;
  const place = (at) => {
    by("guess").value = at; // which takes the nearest that it can
    by("guess").dispatchEvent(new Event("input"));
  };
  drawBet(by("bet-chart"), { low: bet.low, high: bet.high, value, last: steps, unit, place });
}

// Say what can be bet where something else was typed.
function refuse(bet) {
  by("bet-refused").textContent = bet ? rangeOf(bet) : "";
  by("guess-number").setAttribute("aria-invalid", `${Boolean(bet)}`);
}

// Slider and box at a bet; what is being typed, which may be "0.50" or none that can be bet, stays as it is.
function follow(value) {
  const box = by("guess-number");
  const typed = by("bet-refused").textContent || (box.value && Number(numeral(box.value)) === Number(value));
  if (!typed) box.value = value ?? "";
  if (value !== undefined) by("guess").value = value; // which takes the nearest that it can
}

// All that a step sets, which is the page but for a look: whoever comes to it, from wherever, sees the same.
function pageOf({ page }, called) {
  const { seeds } = called(page.scenario); // where no step has said yet how many worlds there are
  return { ...structuredClone(page), seeds: page.seeds ?? seeds, at: undefined, lesson: undefined, practice: undefined };
}

function show({ steps }, place, bets) {
  const step = steps[place];
  const begun = d3.sum(steps.slice(0, place), ({ minutes }) => minutes);
  const when = `minutes ${begun} to ${begun + step.minutes}`;
  by("lesson-step").textContent = `${place + 1} of ${steps.length} (${when}): ${step.title}`;
  by("lesson-text").textContent = step.text;
  by("lesson-back").disabled = place === 0;
  by("lesson-on").disabled = place === steps.length - 1;
  by("bet").hidden = !step.bet;
  by("no-bet").textContent = "";
  refuse(null);
  document.body.classList.toggle("betting", step.blank || step.bet !== null);
  by("answer").textContent = step.task === "run" ? answer(steps, place, bets) : "";
  if (step.bet) ask(step, bets[place]);
}

// Ask for a bet: one of some choices, or a number.
function ask({ bet: { choices, low, high, step }, ask: words }, mine) {
  by("guessing").hidden = Boolean(choices);
  by("choosing").hidden = !choices;
  if (choices) {
    const asked = choices.map((choice) => {
      const radio = part("input", { type: "radio", name: "choice", value: choice, checked: mine === choice });
      return part("label", {}, radio, ` ${choice}`);
    });
    by("choosing").replaceChildren(part("legend", {}, words), ...asked);
    return;
  }
  by("guess-label").textContent = words;
  Object.assign(by("guess"), { min: low, max: high, step });
  by("guess-number").value = mine ?? "";
  by("guess").value = mine ?? (low + high) / 2;
}

// The last bet, beside what comes out.
function answer(steps, place, bets) {
  const asked = steps.slice(0, place).findLastIndex(({ bet }) => bet);
  if (asked < 0) return "";
  const mine = steps[asked].bet.choices ? `“${bets[asked]}”` : bets[asked];
  return `${bets[asked] === undefined ? "" : `Your bet was ${mine}. `}${steps[asked].told}`;
}
