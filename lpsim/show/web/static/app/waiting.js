// Whether what is shown is what is asked for: where it is not, it fades, and it is said why.
import { by } from "./parts.js";

const SOON = 250; // milliseconds: what is answered sooner does not flicker
const EARLIER = "What is still shown, faded, belongs to the earlier values.";

const shown = {}; // by tab: the question that was answered
let asked = {};
let timer;

// A tab asks: from now on its older answers fade.
export function asking(tab, question) {
  asked = { tab, question };
  settle();
}

// An answer was drawn; `more` says what is still on its way of the same values.
export function answered(tab, question, more = "") {
  shown[tab] = question;
  clear(); // as long as answers follow each other, nothing fades
  settle(more);
}

// Nothing can be drawn: what the reader needs to know besides, or null where something newer was asked meanwhile.
export function failed(tab, question) {
  if (!isAsked(tab, question)) return null;
  clear();
  by("busy").textContent = "";
  fade(true);
  return shown[tab] === undefined ? "" : EARLIER;
}

function isAsked(tab, question) {
  return asked.tab === tab && asked.question === question;
}

function settle(more = "") {
  if (isAsked(asked.tab, shown[asked.tab])) {
    clear();
    by("busy").textContent = more;
    return fade(false);
  }
  const begun = by("busy").textContent; // such as that it is the first time
  if (document.body.classList.contains("older")) by("busy").textContent = begun || "Simulating…";
  else if (!timer) timer = setTimeout(wait, SOON);
}

function wait() {
  clear();
  fade(true);
  by("busy").textContent ||= "Simulating…";
}

function clear() {
  clearTimeout(timer);
  timer = undefined;
}

function fade(older) {
  document.body.classList.toggle("older", older);
}
