// Options against a base in the same worlds: a panel for each level, and below it the difference in each world.
import { axisOfTime, axisUp, drawStart } from "./axes.js";
import { BASE, DASHES, INKS, signed, written } from "./look.js";
import { apart, isNarrow, put, rule, sheet, tall, widthFor, wrap, write } from "./svg.js";
import { bandOf, drawDots, pathOf } from "./lines.js";

const [TALL, ROW, GAP, LEFT, RIGHT] = [130, 24, 38, 44, 28];
// From the end of a line to its number, and how tall that is.
const [STUB, DIGIT] = [12, 11];
// As lpsim/show/figures/comparison.py: axes of differences reach so far each way, or noise would look like much.
const LEAST = 0.012;

// data: lpsim/show/web/panels/differences.py. options: width, label, what stands before the name of the base.
export function drawDifferences(container, data, options = {}) {
  const width = widthFor(container, options);
  const columns = isNarrow(width) ? 1 : width < 640 ? 2 : 4;
  const wide = (width - LEFT - RIGHT - GAP * (columns - 1)) / columns;
  const key = keyOf(data, width, options.before ?? "base: ");
  const high = 24 + TALL + 50 + data.options.length * ROW + 56;
  const height = key.height + Math.ceil(data.panels.length / columns) * high;
  const { svg } = sheet(container, height, { label: inWords(data), ...options });
  drawKey(svg, key);
  const scales = { course: scaleOfCourses(data), ends: scaleOfEnds(data) };
  data.panels.forEach((panel, i) => {
    const left = LEFT + (i % columns) * (wide + GAP);
    const top = key.height + Math.floor(i / columns) * high;
    const place = { left, right: left + wide, first: i % columns === 0, ...scales };
    write(svg, [panel.label], left, top, { size: 13, weight: "bold" });
    drawCourse(svg, data, panel, { ...place, top: top + 24 });
    drawEnds(svg, data, panel, { ...place, top: top + 24 + TALL + 50 });
  });
}

function look(i) {
  const dash = DASHES[(i + 1 + Math.floor(i / INKS.length)) % 4] || null;
  return { stroke: INKS[i % INKS.length], "stroke-dasharray": dash, "stroke-width": 1.8 };
}

// --- the key: a piece of each line, and its name -------------------------------------------------

function keyOf(data, width, before) {
  const base = { name: `${before}${data.base}`, line: { stroke: BASE, "stroke-width": 2.4 } };
  let height = 2;
  const entries = [base, ...data.options.map((name, i) => ({ name, line: look(i) }))].map(({ name, line }) => {
    const entry = { lines: wrap(name, width - 72, { most: 2 }), line, top: height };
    height += tall(entry.lines) + 4;
    return entry;
  });
  return { entries, height: height + 8 };
}

function drawKey(svg, { entries }) {
  const several = entries.length > 2;
  entries.forEach(({ lines, top, line }, i) => {
    rule(svg, [4, top + 8], [44, top + 8], "", line);
    if (several && i) writeNumber(svg, i - 1, 47, top + 8);
    write(svg, lines, several ? 64 : 52, top);
  });
}

// What tells an option from others in print: dashes repeat, and in grey so do inks.
function writeNumber(svg, i, x, y) {
  put(svg, "text", { class: "number", x, y: y + 3.5, "font-size": 10 }).text(i + 1);
}

// --- over time -----------------------------------------------------------------------------------

function scaleOfCourses(data) {
  const lines = data.panels.flatMap(({ base, options }) => [
    base,
    ...options.flatMap((one) => [one.mean, one.low, one.high]),
  ]);
  const [low, high] = d3.extent(lines.flat());
  return [Math.min(0, low) - 0.01, Math.min(1.02, 0.25 * Math.ceil((high + 0.05) / 0.25))];
}

function drawCourse(svg, data, panel, { left, right, top, first, course }) {
  const x = d3.scaleLinear([0, Math.max(1, data.steps.at(-1))], [left, right]);
  const y = d3.scaleLinear(course, [top + TALL, top]);
  const ticks = d3.range(Math.ceil(course[0] / 0.25) * 0.25, course[1] + 0.001, 0.25);
  axisUp(svg, y, { left, right, ticks, form: (at) => written(at, "knowledge"), labels: first });
  axisOfTime(svg, x, top + TALL, { last: data.steps.at(-1), unit: data.unit, most: Math.floor((right - left) / 30) });
  for (const { at } of data.flags) drawStart(svg, x(at), top, top + TALL);
  panel.options.forEach((option, i) => {
    const line = look(i);
    const d = bandOf(x, y, data.steps, option.low, option.high);
    put(svg, "path", { class: "band", d, fill: line.stroke, "fill-opacity": 0.18 });
    put(svg, "path", { class: "line", d: pathOf(x, y, data.steps, option.mean), fill: "none", ...line });
    drawDots(svg, x, y, data.steps, option.mean, line.stroke);
  });
  const base = { d: pathOf(x, y, data.steps, panel.base), fill: "none", stroke: BASE, "stroke-width": 2.4 };
  put(svg, "path", { class: "line base", ...base });
  drawDots(svg, x, y, data.steps, panel.base, BASE);
  if (panel.options.length > 1) numberEnds(svg, panel, x(data.steps.at(-1)), y, top);
}

function numberEnds(svg, { options }, at, y, top) {
  const drawn = d3.range(options.length).filter((i) => options[i].mean.at(-1) !== null);
  const ends = drawn.map((i) => y(options[i].mean.at(-1)));
  const centres = apart(
    ends,
    ends.map(() => DIGIT),
    top - DIGIT / 2,
    top + TALL + DIGIT / 2,
  );
  drawn.forEach((i, k) => {
    rule(svg, [at + 1, ends[k]], [at + STUB - 2, centres[k]], look(i).stroke);
    writeNumber(svg, i, at + STUB, centres[k]);
  });
}

// --- at the end ----------------------------------------------------------------------------------

function scaleOfEnds(data) {
  const ends = data.panels.flatMap(({ options }) => options.flatMap(({ end }) => [...end.each, end.low, end.high]));
  const [low, high] = d3.extent([0, ...ends.filter((value) => value !== null)]);
  if (low === high) return [-0.12, 0.12]; // nothing differs in any world
  const room = 0.04 * Math.max(high - low, 0.02);
  return [Math.min(low - room, -LEAST), Math.max(high + room, LEAST)];
}

function drawEnds(svg, data, panel, { left, right, top, ends }) {
  const x = d3.scaleLinear(ends, [left, right]);
  const bottom = top + panel.options.length * ROW;
  const few = Math.max(2, Math.floor((right - left) / 55));
  const all = x.ticks(d3.range(few, 9).find((most) => x.ticks(most).length > 1)); // one alone is no scale
  const ticks = x(all[1]) - x(all[0]) < 36 ? all.filter((at, i) => !at || i % (all.length - 1) === 0) : all;
  const places = Math.max(1, -Math.floor(Math.log10(ticks[1] - ticks[0]) + 1e-9));
  for (const at of ticks) {
    rule(svg, [x(at), top], [x(at), bottom], "#e8e8e8");
    put(svg, "text", { x: x(at), y: bottom + 15, "text-anchor": "middle" }).text(at ? signed(at, places) : "0");
  }
  rule(svg, [left, bottom], [right, bottom]);
  rule(svg, [x(0), top], [x(0), bottom], BASE, { "stroke-width": 1.5 });
  panel.options.forEach(({ end }, i) => {
    drawEnd(svg, end, look(i).stroke, x, top + (i + 0.5) * ROW);
    if (panel.options.length > 1) writeNumber(svg, i, right + STUB, top + (i + 0.5) * ROW);
  });
  const name = wrap(`difference at ${data.when}`, right - left, { most: 2 });
  write(svg, name, (left + right) / 2, bottom + 18, { anchor: "middle" });
}

function drawEnd(svg, end, stroke, x, y) {
  for (const value of end.each) {
    const thin = { class: "world", "stroke-opacity": 0.4 };
    if (value !== null) rule(svg, [x(value), y - 8], [x(value), y + 8], stroke, thin);
  }
  if (end.mean === null) return;
  if (end.low !== null) rule(svg, [x(end.low), y], [x(end.high), y], stroke, { class: "interval", "stroke-width": 6 });
  put(svg, "circle", { cx: x(end.mean), cy: y, r: 3.4, fill: "#fff", stroke: "#1a1a1a", "stroke-width": 1.2 });
}

function inWords(data) {
  const said = ({ end }) => (end.mean === null ? "no value" : signed(end.mean, 3));
  const each = data.panels.map(({ label, options }) => {
    const ends = options.map((option, i) => `${data.options[i]} ${said(option)}`);
    return `${label}: ${ends.join(", ")}`;
  });
  return `Differences from ${data.base} at ${data.when} in the same ${data.worlds} worlds. ${each.join("; ")}.`;
}
