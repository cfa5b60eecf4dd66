// Person by person: a row for everybody, blue from below what is held rightly, orange from above what wrongly.
import { axisOfTime, drawCursor, drawFlags, flagsAbove } from "./axes.js";
import { written } from "./look.js";
import { isNarrow, put, rule, sheet, tall, widthFor, widthOf, wrap, write } from "./svg.js";
import { placeOf } from "./lines.js";

const [ROW, FULL] = [30, 25];
const KEY = [
  ["right (from below)", "#0072B2"],
  ["wrong (from above)", "#E69F00"],
  ["no view", "#FFFFFF"],
];

// data: lpsim/show/web/panels/people.py. options: width, label, at (a step to mark and to read).
export function drawPeople(container, data, options = {}) {
  const width = widthFor(container, options);
  const [left, right] = isNarrow(width) ? [96, 84] : [170, 160];
  const last = data.steps.at(-1);
  const x = d3.scaleLinear([-0.5, last + 0.5], [left, width - right]);
  const flags = flagsAbove(data.flags, x, right);
  const top = 30 + Math.max(0, ...flags.map((flag) => flag.below));
  const bottom = top + (d3.max(data.rows, (row) => row.down) + 1) * ROW;
  const place = placeOf(data.steps, options.at);
  const { svg } = sheet(container, bottom + 42, { label: inWords(data), ...options });
  drawKey(svg);
  drawFlags(svg, flags, x, { top, bottom, room: right });
  for (const row of data.rows) drawRow(svg, row, { x, left, right, place, top: top + row.down * ROW });
  if (options.at !== undefined) drawCursor(svg, x(data.steps[place]), top, bottom);
  axisOfTime(svg, x, bottom, { last, unit: data.unit, most: isNarrow(width) ? 4 : 10 });
}

function drawKey(svg) {
  let at = 2;
  for (const [words, fill] of KEY) {
    put(svg, "rect", { x: at, y: 4, width: 12, height: 10, fill, stroke: "#4d4d4d" });
    write(svg, [words], at + 16, 2, { size: 11 });
    at += 28 + widthOf(words, 11);
  }
}

function drawRow(svg, row, { x, left, right, place, top }) {
  const [floor, edge] = [top + FULL, x.range()[1]];
  const area = (values, from, to) => {
    const points = [...values, values.at(-1)].map((value, i) => [x(i - 0.5), value]);
    return d3
      .area(
        ([at]) => at,
        from,
        ([, value]) => to(value),
      )
      .curve(d3.curveStepAfter)(points);
  };
  put(svg, "path", { class: "right", d: area(row.right, floor, (value) => floor - value * FULL), fill: KEY[0][1] });
  put(svg, "path", { class: "wrong", d: area(row.wrong, top, (value) => top + value * FULL), fill: KEY[1][1] });
  rule(svg, [left, floor], [edge, floor], "#4d4d4d");
  for (const step of row.came)
    rule(svg, [x(step - 0.5), top - 1], [x(step - 0.5), floor + 1], "#000", { "stroke-width": 2 });
  const look = { size: 11, most: row.post ? 2 : 3, weight: row.post ? "normal" : "bold" };
  const name = wrap(row.name, left - 10, look);
  write(svg, name, left - 6, top + (FULL - tall(name, 11)) / 2, { ...look, anchor: "end" });
  const said = wrap(inShares(row, place), right - 8, { size: 11, most: 2 });
  write(svg, said, edge + 6, top + (FULL - tall(said, 11)) / 2, { size: 11, fill: "#333" });
}

function inShares(row, place) {
  return `${written(row.right[place], "share")} right, ${written(row.wrong[place], "share")} wrong`;
}

function inWords(data) {
  const each = data.rows.map((row) => `${row.name} ${inShares(row, row.right.length - 1)}`);
  return `What each holds at the end: ${each.join("; ")}.`;
}
