// Lines over time with bands, each named at its right end with the value it has there (or at options.at).
import { COLOURS, DASHES, apart, axisOfTime, axisUp, drawFlags, flagsAbove, ink, sheet, tall, widthFor, widthOf, wrap, write, written } from "./axes.js";

const STUB = 20;

// data: lpsim/show/web/panels/sample.py, OverTime.
// options: width, label (for who does not see it), height (of the axes), at (a step to read values at),
// floor and top (for equal scales), bands: true, or the place of the only line whose band is drawn.
export function drawLines(container, data, options = {}) {
  const view = layOut(container, data, options);
  const { svg } = sheet(container, view.height, { ...options, label: options.label ?? data.heading });
  let down = 0;
  for (const [lines, size, weight, fill] of view.heads) {
    write(svg, lines, 2, down, { size, weight, fill });
    down += tall(lines, size) + 2;
  }
  const { x, y } = view;
  const ticks = y.ticks(data.form === "twentieths" ? 4 : 5).filter((at) => data.form !== "twentieths" || at % 1 === 0);
  axisUp(svg, y, { left: x.range()[0], right: x.range()[1], ticks, form: (at) => (data.form === "twentieths" ? at : written(at, data.form)) });
  axisOfTime(svg, x, view.bottom, { last: data.steps.at(-1), unit: data.unit, most: view.narrow ? 5 : 10 });
  drawFlags(svg, view.flags, x, view.top, view.bottom, view.right);
  data.lines.forEach((line, i) => drawLine(svg, data, line, { ...view, i, options }));
  const place = placeOf(data.steps, options.at);
  if (options.at !== undefined && place < data.steps.length - 1) cursor(svg, x(data.steps[place]), view);
  nameEnds(svg, data, place, view);
}

// The place of the last step that is not after `at`; without it, the last.
export function placeOf(steps, at) {
  return at === undefined ? steps.length - 1 : Math.max(0, d3.bisectRight(steps, at) - 1);
}

export function pathOf(x, y, steps, values) {
  return d3.line().defined((value) => value !== null).x((_, i) => x(steps[i])).y(y)(values);
}

export function bandOf(x, y, steps, low, high) {
  return d3.area().defined((value, i) => value !== null && high[i] !== null)
    .x((_, i) => x(steps[i])).y0((value) => y(value)).y1((_, i) => y(high[i]))(low);
}

function layOut(container, data, options) {
  const width = widthFor(container, options);
  const narrow = width < 520;
  const right = narrow ? 108 : 190;
  const left = data.form === "twentieths" ? 30 : 50;
  const x = d3.scaleLinear([0, Math.max(1, data.steps.at(-1))], [left, width - right]);
  const heads = [
    [wrap(data.heading, width - 4, { size: 13, most: 3 }), 13, "normal", "#1a1a1a"],
    [wrap(data.ylabel, width - 4, { most: 3 }), 12, "normal", "#595959"],
  ];
  const flags = flagsAbove(data.flags, x, right);
  const head = d3.sum(heads, ([lines, size]) => tall(lines, size) + 2);
  const top = head + Math.max(12, ...flags.map((flag) => flag.below + 4));
  const labels = data.lines.map((line) => labelOf(data, line, placeOf(data.steps, options.at), right));
  const high = Math.max(options.height ?? (narrow ? 220 : 280), d3.sum(labels, (lines) => tall(lines)));
  const floor = options.floor ?? data.floor;
  const roof = options.top ?? data.top;
  const y = d3.scaleLinear([floor - 0.02 * roof, 1.02 * roof], [top + high, top]);
  return { width, narrow, right, x, y, heads, flags, top, bottom: top + high, height: top + high + 44, labels };
}

function labelOf(data, line, place, right) {
  const room = right - STUB - 4;
  const shares = line.right && `${written(line.right[place], "share")} right, ${written(line.wrong[place], "share")} wrong`;
  return [
    ...wrap(`${written(line.mean[place], data.form)} ${line.label}`, room, { most: 3 }),
    ...(shares ? wrap(shares, room) : []),
  ];
}

function drawLine(svg, data, line, { x, y, i, options }) {
  const colour = COLOURS[data.colours[i] % COLOURS.length];
  const banded = (options.bands ?? true) === true || options.bands === i;
  if (line.low && banded) {
    svg.append("path").attr("class", "band").attr("d", bandOf(x, y, data.steps, line.low, line.high)).attr("fill", colour).attr("fill-opacity", 0.16);
  }
  svg.append("path").attr("class", "line").attr("data-name", line.name).attr("d", pathOf(x, y, data.steps, line.mean))
    .attr("fill", "none").attr("stroke", colour).attr("stroke-width", 2.2).attr("stroke-dasharray", DASHES[i % DASHES.length] || null);
}

function cursor(svg, at, { top, bottom }) {
  svg.append("line").attr("class", "cursor").attr("x1", at).attr("x2", at).attr("y1", top).attr("y2", bottom).attr("stroke", "#000");
}

function nameEnds(svg, data, place, { x, y, labels, top, bottom, width, right }) {
  const ends = data.lines.map((line) => y(line.mean[place] ?? 0));
  const centres = apart(ends, labels.map((lines) => tall(lines)), top, bottom);
  data.lines.forEach((line, i) => {
    const colour = COLOURS[data.colours[i] % COLOURS.length];
    const edge = width - right;
    if (line.mean[place] !== null) {
      svg.append("line").attr("x1", Math.min(x(data.steps[place]) + 2, edge)).attr("y1", ends[i]).attr("x2", edge + STUB - 3).attr("y2", centres[i])
        .attr("stroke", colour).attr("stroke-width", place < data.steps.length - 1 ? 0.5 : 1);
    }
    write(svg, labels[i], edge + STUB, centres[i] - tall(labels[i]) / 2, { fill: ink(colour) }).attr("class", "end");
  });
}

// What the lines are, for who does not see them, and how wide the widest label is.
export function endsInWords(data) {
  return data.lines.map((line) => `${line.label} ${written(line.mean.at(-1), data.form)}`).join("; ");
}

export const widest = (texts) => d3.max(texts, (text) => widthOf(text)) ?? 0;
