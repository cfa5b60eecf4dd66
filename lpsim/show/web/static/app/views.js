// The tabs: what each asks for, and how it draws the answer.
import { drawDifferences } from "../draw/differences.js";
import { drawFunnel } from "../draw/funnel.js";
import { drawLessonMap } from "../draw/lesson_map.js";
import { drawLevels } from "../draw/levels.js";
import { drawLoops } from "../draw/loops.js";
import { placeOf } from "../draw/lines.js";
import { drawPeople } from "../draw/people.js";
import { drawPractices } from "../draw/practices.js";
import { by, choices, part, tables } from "./parts.js";

// By tab: the kind of its question, how it is drawn, and whether time moves it.
export const VIEWS = {
  levels: { asks: "levels", draw: drawLevelsTab, moves: true },
  compare: { asks: "compare", draw: drawCompareTab },
  lessons: { asks: "lesson", draw: drawLessonsTab, moves: true },
  practices: { asks: "practices", draw: drawPracticesTab, moves: true },
  about: { asks: "about", draw: drawAboutTab },
};
const low = matchMedia("(max-width: 60rem)"); // as in app.css: levers stand above the pictures, which are to be seen besides
const axesHeight = () => (low.matches ? Math.round(Math.max(110, Math.min(220, 0.2 * innerHeight))) : undefined);
const mapWidth = (base) => (base.names.length < 4 ? 320 : undefined); // few practices need no large map

function drawLevelsTab({ levels, funnel, loops }, { at, band = "2" }) {
  choices(by("band"), [["all", "all four"], ...levels.lines.map((line, i) => [i, line.label])], band);
  by("levels-about").textContent = levels.about;
  drawLevels(by("levels-chart"), levels, { at, height: axesHeight(), bands: band === "all" || Number(band) });
  drawFunnel(by("funnel-chart"), funnel, { at });
  by("loops").hidden = !loops.length;
  drawLoops(by("loops-chart"), loops, { at });
}

function drawCompareTab({ about, same, differences, held, levers }, { names, another }) {
  const called = names && { base: `A: ${names[0]}`, options: [`B: ${names[1]}`] };
  by("kept").textContent = same ? `${about} ${another}`.trim() : about;
  by("apart").hidden = same;
  if (same) return;
  drawDifferences(by("differences-chart"), { ...differences, ...called }, { before: "" });
  tables(by("compare-held"), [held]);
  tables(by("compare-levers"), [levers]);
}

// What stands in place of the same morning until it is drawn; what was drawn before it fades.
export function awaitMorning(words = "Simulating…") {
  by("event").textContent = words;
  by("twins").classList.toggle("stale", true);
}

// The same event in A and in B, and what became of the lesson that was drawn from it.
export function drawMorning({ none, event, worlds = [] }) {
  by("event").textContent = none ?? event;
  by("twins").classList.toggle("stale", false);
  const told = ({ found, story }, i) => [part("h3", {}, `${"AB"[i]}: ${found}`), list("ol", story)];
  by("twins").replaceChildren(...worlds.map((world, i) => part("div", {}, ...told(world, i))));
}

function drawLessonsTab({ map, none }, { at }) {
  by("found").textContent = none ?? `${map.heading}, in the world of seed ${map.seed}. ${map.found}.`;
  by("lesson-chart").replaceChildren();
  by("story").replaceChildren();
  if (none) return;
  const [frames, story] = [map.frames, map.story].map((all) => all.map(({ step }) => step));
  drawLessonMap(by("lesson-chart"), map, { width: mapWidth(map.base), frame: placeOf(frames, at), older: true });
  const now = story[0] <= at ? placeOf(story, at) : -1;
  const told = ({ text }, i) => part("li", { class: i <= now && "past", "aria-current": i === now && "step" }, text);
  by("story").append(...map.story.map(told));
}

function drawPracticesTab({ practices, people }, { at, seed, practice = 0 }, change) {
  const single = practices.practices.every((many) => many === 1);
  by("which").hidden = !single;
  if (single) choices(by("practice"), Object.entries(practices.names), practice);
  const pick = single ? { chosen: Number(practice), choose: (place) => change({ practice: `${place}` }) } : {};
  drawPractices(by("practices-chart"), practices, { width: mapWidth(practices.base), at, ...pick });
  by("people-heading").textContent =
    people.none ?? `Its people in the world of seed ${seed}: what each holds rightly and wrongly; a black stroke: somebody new`;
  if (people.none) by("people-chart").replaceChildren();
  else drawPeople(by("people-chart"), people, { at });
}

function drawAboutTab({ left_out: leftOut, about }) {
  by("left-out").replaceChildren(...list("ul", leftOut).children);
  tables(by("about-tables"), about);
}

function list(tag, texts) {
  return part(tag, {}, ...texts.map((text) => part("li", {}, text)));
}
