// Lines over time with bands, each named at its right end with the value it has there (or at options.at).
// Where it is narrow, names stand below the axes.
import { axisOfTime, axisUp, drawCursor, drawFlags, flagsAbove } from "./axes.js";
import { COLOURS, DASHES, ink, written } from "./look.js";
import { apart, isNarrow, put, rule, sheet, tall, widthFor, wrap, write } from "./svg.js";

const STUB = 20;
const BESIDE = 190;
const FEW_STEPS = 13;
const MUCH = 1 / 3;

// data: OverTime in lpsim/show/web/panels/sample.py.
// options: above (at least so much above the axes, to stand level with the chart beside), width, label (for who does not see it), height (of the axes), at (a step to read values at),
// heading ("" for none), floor and top (for equal scales), bands: true, false, or the place of the only line whose band is drawn.
export function drawLines(container, data, options = {}) {
  const view = layOut(container, data, options);
  const { svg } = sheet(container, view.height, { label: data.heading, ...options });
  let down = 0;
  for (const [lines, size, fill] of view.heads) {
    write(svg, lines, 2, down, { size, fill });
    down += tall(lines, size) + 2;
  }
  drawAxes(svg, data, view);
  drawBands(svg, data, view, options.bands ?? true);
  data.lines.forEach((line, i) => {
    drawLine(svg, data, line, { ...view, i });
  });
  if (view.place < data.steps.length - 1) drawCursor(svg, view.x(data.steps[view.place]), view.top, view.bottom);
  if (view.narrow) nameBelow(svg, data, view);
  else nameEnds(svg, data, view);
}

// How much stands above the axes.
export function roomAbove(container, data, options = {}) {
  return layOut(container, data, options).top;
}

// The place of the last step that is not after `at`; without it, the last.
export function placeOf(steps, at) {
  return at === undefined ? steps.length - 1 : Math.max(0, d3.bisectRight(steps, at) - 1);
}

export function pathOf(x, y, steps, values) {
  const line = d3.line((_, i) => x(steps[i]), y);
  return line.defined((value) => value !== null)(values);
}

export function bandOf(x, y, steps, low, high) {
  const band = d3.area(
    (_, i) => x(steps[i]),
    y,
    (_, i) => y(high[i]),
  );
  return band.defined((value, i) => value !== null && high[i] !== null)(low);
}

// A dot where there would be no line, and at each step where few were looked at of those that the line crosses, as
// lpsim/show/figures/over_time.py.
export function drawDots(parent, x, y, steps, values, fill) {
  const known = d3.range(steps.length).filter((i) => values[i] !== null);
  const few = steps.length <= FEW_STEPS && steps.some((at, i) => i > 0 && at - steps[i - 1] > 1);
  if (!few && known.length !== 1) return;
  for (const i of known) put(parent, "circle", { class: "seen", cx: x(steps[i]), cy: y(values[i]), r: 3.5, fill });
}

// What lines end on, for who does not see them.
export function endsInWords(data) {
  return data.lines.map((line) => `${line.label} ${written(line.mean.at(-1), data.form)}`).join("; ");
}

function layOut(container, data, options) {
  const width = widthFor(container, options);
  const narrow = isNarrow(width);
  const room = narrow ? 10 : BESIDE;
  const x = d3.scaleLinear([0, Math.max(1, data.steps.at(-1))], [data.form === "twentieths" ? 30 : 50, width - room]);
  const heads = [
    [wrap(options.heading ?? data.heading, width - 4, { size: 13, most: 3 }), 13, "#1a1a1a"],
    [wrap(data.ylabel, width - 4, { most: 3 }), 12, "#595959"],
  ];
  const flags = flagsAbove(data.flags, x, room);
  const head = d3.sum(heads, ([lines, size]) => tall(lines, size) + 2);
  const top = Math.max(head + Math.max(12, ...flags.map((flag) => flag.below + 4)), options.above ?? 0);
  const place = placeOf(data.steps, options.at);
  const labels = data.lines.map((line) => labelOf(data, line, place, narrow ? width - 60 : room - STUB - 4));
  const names = d3.sum(labels, (lines) => tall(lines) + (narrow ? 4 : 0));
  const high = Math.max(options.height ?? (narrow ? 220 : 280), narrow ? 0 : names);
  const roof = options.top ?? data.top;
  const y = d3.scaleLinear([(options.floor ?? data.floor) - 0.02 * roof, 1.02 * roof], [top + high, top]);
  const height = top + high + 44 + (narrow ? names : 0);
  return { width, narrow, room, x, y, heads, flags, top, bottom: top + high, height, labels, place };
}

function labelOf(data, line, place, room) {
  const said = `${written(line.mean[place], data.form)} ${line.label}`;
  if (!line.right) return wrap(said, room, { most: 3 });
  const shares = `${written(line.right[place], "share")} right, ${written(line.wrong[place], "share")} wrong`;
  return [...wrap(said, room, { most: 3 }), ...wrap(shares, room)];
}

function drawAxes(svg, data, { x, y, narrow, flags, room, top, bottom }) {
  const [left, right] = x.range();
  const counted = data.form === "twentieths";
  const [low, high] = y.domain();
  const ticks = counted ? y.ticks(4).filter((at) => at % 1 === 0) : d3.range(Math.ceil(low / 0.25) * 0.25, high, 0.25);
  axisUp(svg, y, { left, right, ticks, form: (at) => (counted ? at : written(at, data.form)) });
  axisOfTime(svg, x, bottom, { last: data.steps.at(-1), unit: data.unit, most: narrow ? 5 : 10 });
  drawFlags(svg, flags, x, { top, bottom, room });
}

// Behind all lines, the widest at the back, so that none hides a line or another band; faint, with edges, where it
// fills much of the axes and dwarfs all others. As lpsim/show/figures/loops.py.
function drawBands(svg, data, { x, y }, bands) {
  const drawn = d3.range(data.lines.length).filter((i) => data.lines[i].low && (bands === true || bands === i));
  const wide = drawn.map((i) => d3.mean(data.steps, (_, at) => data.lines[i].high[at] - data.lines[i].low[at]));
  const from = d3.sort(d3.range(drawn.length), (place) => -wide[place]);
  for (const [k, place] of from.entries()) {
    const i = drawn[place];
    const d = bandOf(x, y, data.steps, data.lines[i].low, data.lines[i].high);
    const much = k === 0 && from.length > 1 && wide[place] > Math.max(MUCH * data.top, 2 * wide[from[1]]);
    const edges = much ? { stroke: colourOf(data, i), "stroke-opacity": 0.5, "stroke-width": 0.8 } : {};
    put(svg, "path", { class: "band", d, fill: colourOf(data, i), "fill-opacity": much ? 0.06 : 0.16, ...edges });
  }
}

function drawLine(svg, data, line, { x, y, i }) {
  const stroke = colourOf(data, i);
  drawDots(svg, x, y, data.steps, line.mean, stroke);
  const d = pathOf(x, y, data.steps, line.mean);
  put(svg, "path", { class: "line", "data-name": line.name, d, fill: "none", stroke, ...dashesOf(i) });
}

function colourOf(data, i) {
  return COLOURS[data.colours[i] % COLOURS.length];
}

function dashesOf(i) {
  return { "stroke-width": 2.2, "stroke-dasharray": DASHES[i % DASHES.length] || null };
}

function nameEnds(svg, data, { x, y, labels, top, bottom, width, room, place }) {
  const ends = data.lines.map((line) => y(line.mean[place] ?? 0));
  const centres = apart(
    ends,
    labels.map((lines) => tall(lines)),
    top,
    bottom,
  );
  const at = x(data.steps[place]);
  data.lines.forEach((line, i) => {
    const colour = colourOf(data, i);
    const left = width - room + STUB;
    const last = place === data.steps.length - 1;
    if (line.mean[place] !== null) {
      if (last) rule(svg, [at + 2, ends[i]], [left - 3, centres[i]], colour);
      else put(svg, "circle", { cx: at, cy: ends[i], r: 4, fill: colour });
    }
    const text = write(svg, labels[i], left, centres[i] - tall(labels[i]) / 2, { fill: ink(colour) });
    text.attr("class", "end").attr("data-name", line.name);
  });
}

function nameBelow(svg, data, { labels, bottom }) {
  let down = bottom + 42;
  data.lines.forEach((line, i) => {
    rule(svg, [4, down + 8], [44, down + 8], colourOf(data, i), dashesOf(i));
    const text = write(svg, labels[i], 52, down, { fill: ink(colourOf(data, i)) });
    text.attr("class", "end").attr("data-name", line.name);
    down += tall(labels[i]) + 4;
  });
}
