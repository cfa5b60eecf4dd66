// One lesson's way: on screen a map that plays, with the story's present line marked; on paper its milestones.
import { drawKeyOfArrows, drawLessonMap } from "../draw/lesson_map.js";
import { player } from "../player.js";

const PACE = 700; // milliseconds a change, and twice as many for a milestone
const MOST_ON_PAPER = 3; // the first milestone, the furthest, and the end

const MOST_ABOVE = 88; // pixels: three lines of a title and two below it, so that maps stand level

const element = (id) => document.getElementById(id);

// Returns what draws it anew; with a width, for paper.
export function showLesson(lesson) {
  element("lesson-found").textContent = `${lesson.found}.`;
  element("lesson-about").textContent = `${lesson.heading}. Another seed gives other lessons.`;
  const [nobody, some, most] = lesson.fills;
  const key = `White: ${nobody}; orange: ${some}; green: ${most}; blue ring: ${lesson.ring}; black hexagon: guidance.`;
  element("lesson-notes").textContent = [key, ...lesson.base.about].join(" ");
  const lines = lesson.story.map(({ step, text }) => {
    const line = element("story").appendChild(document.createElement("li"));
    line.textContent = text;
    return { step, line };
  });
  const slider = element("frame");
  slider.max = lesson.frames.length - 1;
  slider.value = slider.max;
  const draw = () => {
    const frame = lesson.frames[slider.value];
    drawLessonMap(element("lesson-map"), lesson, { frame: Number(slider.value), older: true, above: 58 });
    slider.setAttribute("aria-valuetext", frame.title);
    mark(lines, frame.step);
  };
  element("play").hidden = window.matchMedia("(prefers-reduced-motion: reduce)").matches; // who wants none steps through
  player(slider, () => PACE * (lesson.frames[slider.value].milestone ? 2 : 1), draw);
  return (paper) => (paper ? drawOnPaper(lesson, paper) : draw());
}

function mark(lines, step) {
  const told = lines.filter((one) => one.step <= step).at(-1);
  for (const one of lines) {
    one.line.classList.toggle("now", one.step === told?.step);
    if (one.step === told?.step) one.line.setAttribute("aria-current", "step");
    else one.line.removeAttribute("aria-current");
  }
}

// Each map with what had happened by its step, below it; where more is told, the column is wider.
function drawOnPaper(lesson, width) {
  const frames = element("lesson-frames");
  frames.replaceChildren();
  const milestones = lesson.frames.flatMap((frame, i) => (frame.milestone ? [i] : []));
  const shown = milestones.length > MOST_ON_PAPER ? [milestones[0], ...milestones.slice(-2)] : milestones;
  const columns = [];
  let told = 0;
  for (const frame of shown) {
    const part = frames.appendChild(document.createElement("div"));
    const look = { frame, signs: false, above: MOST_ABOVE, width: width / 3 };
    drawLessonMap(part.appendChild(document.createElement("div")), lesson, look);
    const until = frame === shown.at(-1) ? Number.POSITIVE_INFINITY : lesson.frames[frame].step;
    const story = part.appendChild(document.createElement("ol"));
    story.className = "story";
    for (; told < lesson.story.length && lesson.story[told].step <= until; told += 1)
      story.appendChild(document.createElement("li")).textContent = lesson.story[told].text;
    columns.push(`minmax(min-content, ${story.textContent.length + 1}fr)`);
  }
  frames.style.gridTemplateColumns = columns.join(" ");
  if (lesson.ways.length) drawKeyOfArrows(element("lesson-arrows"), lesson, { width });
}
