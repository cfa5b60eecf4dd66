// The report's page: draws everything, again whenever the width changes and for paper.
import { drawDifferences } from "../draw/differences.js";
import { drawFunnel } from "../draw/funnel.js";
import { drawLevels } from "../draw/levels.js";
import { roomAbove } from "../draw/lines.js";
import { drawLoops } from "../draw/loops.js";
import { showLesson } from "./lesson.js";
import { showLevers } from "./levers.js";

const PAPER = 700; // pixels across an A4 page between its margins
const data = JSON.parse(document.getElementById("data").textContent);
const floor = Math.min(...data.levels.map((levels) => levels.floor)); // one scale for both
const names = data.names.length > 1 ? data.names : [];

const CHARTS = {
  differences: (element, options) => drawDifferences(element, data.differences, options),
  levels: (element, given) => {
    const options = { ...given, floor, heading: "" };
    const above = Math.max(0, ...beside(element, data.levels).map((levels) => roomAbove(element, levels, options)));
    drawLevels(element, data.levels[element.dataset.place], { ...options, above });
  },
  funnel: (element, options) => drawFunnel(element, data.funnel, { ...options, names }),
  loops: (element, options) =>
    drawLoops(element, data.loops[element.dataset.place], { ...options, beside: beside(element, data.loops) }),
};
const parts = [];
let drawnFor;

// What is drawn beside a chart, with which it is to stand level: all where all stand in one row, else nothing.
function beside(element, all) {
  const figures = [...element.closest(".beside").children];
  return drawnFor === "paper" || figures.every((one) => one.offsetTop === figures[0].offsetTop) ? all : [];
}

function drawAll(width) {
  if (width === drawnFor) return;
  drawnFor = width;
  const paper = width === "paper";
  for (const element of document.querySelectorAll("[data-chart]")) {
    const wide = element.closest(".beside") && data.names.length > 1 ? PAPER / 2 - 12 : PAPER;
    CHARTS[element.dataset.chart](
      element,
      paper ? { width: wide, height: element.dataset.chart === "loops" ? 90 : 120 } : {},
    );
  }
  for (const draw of parts) draw(paper ? PAPER : undefined);
  tellWide();
}

for (const element of document.querySelectorAll("[data-about]")) {
  element.textContent = data[element.dataset.about][element.dataset.place].about;
}
if (data.lesson) parts.push(showLesson(data.lesson));
if (data.levers) parts.push(showLevers(data.levers));

// Says above a table that it is wider than the screen, and nothing of one that is closed.
function tellWide() {
  for (const part of document.querySelectorAll(".scroll"))
    part.classList.toggle("wide", part.scrollWidth > part.clientWidth + 1);
}

for (const details of document.querySelectorAll("details")) details.addEventListener("toggle", tellWide);
const onScreen = () => drawAll(document.documentElement.clientWidth);
const print = window.matchMedia("print");
const fit = () => (print.matches ? drawAll("paper") : onScreen());
new ResizeObserver(fit).observe(document.body);
print.addEventListener("change", fit);
window.addEventListener("beforeprint", () => drawAll("paper"));
window.addEventListener("afterprint", onScreen);
fit();
document.body.dataset.drawn = "all";
