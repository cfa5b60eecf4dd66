// Person by person: a row for everybody, blue from below what is held rightly, orange from above what wrongly.
import { axisOfTime, drawFlags, flagsAbove, sheet, tall, widthFor, wrap, write, written } from "./axes.js";
import { placeOf } from "./lines.js";

const RIGHT = "#0072B2";
const WRONG = "#E69F00";
const ROW = 30;
const FULL = 0.84;

// data: lpsim/show/web/panels/people.py. options: width, label, at (a step to mark and to read).
export function drawPeople(container, data, options = {}) {
  const width = widthFor(container, options);
  const [left, right] = width < 520 ? [96, 72] : [170, 150];
  const last = data.steps.at(-1);
  const x = d3.scaleLinear([-0.5, last + 0.5], [left, width - right]);
  const flags = flagsAbove(data.flags, x, right);
  const top = 26 + Math.max(0, ...flags.map((flag) => flag.below));
  const bottom = top + (d3.max(data.rows, (row) => row.down) + 1) * ROW;
  const { svg } = sheet(container, bottom + 42, { ...options, label: options.label ?? inWords(data) });
  drawKey(svg);
  drawFlags(svg, flags, x, top, bottom, right);
  const place = placeOf(data.steps, options.at);
  for (const row of data.rows) drawRow(svg, row, { x, left, right, width, top: top + row.down * ROW, place });
  if (options.at !== undefined) svg.append("line").attr("class", "cursor").attr("x1", x(data.steps[place])).attr("x2", x(data.steps[place])).attr("y1", top).attr("y2", bottom).attr("stroke", "#000");
  axisOfTime(svg, x, bottom, { last, unit: data.unit, most: width < 520 ? 4 : 10 });
}

function drawKey(svg) {
  [["right (from below)", RIGHT], ["wrong (from above)", WRONG], ["no view", "#fff"]].reduce((at, [words, fill]) => {
    svg.append("rect").attr("x", at).attr("y", 4).attr("width", 14).attr("height", 10).attr("fill", fill).attr("stroke", "#4d4d4d");
    return at + 22 + write(svg, [words], at + 18, 1).node().getComputedTextLength() + 12;
  }, 2);
}

function drawRow(svg, row, { x, left, right, width, top, place }) {
  const floor = top + FULL * ROW;
  const steps = d3.range(row.right.length);
  const bars = (from, to) => d3.area().x(([at]) => x(at)).y0(([, value]) => from(value)).y1(([, value]) => to(value))
    .curve(d3.curveStepAfter);
  const path = (values, from, to) => bars(from, to)([...steps.map((step) => [step - 0.5, values[step]]), [steps.length - 0.5, values.at(-1)]]);
  svg.append("path").attr("class", "right").attr("d", path(row.right, () => floor, (value) => floor - value * FULL * ROW)).attr("fill", RIGHT);
  svg.append("path").attr("class", "wrong").attr("d", path(row.wrong, () => top, (value) => top + value * FULL * ROW)).attr("fill", WRONG);
  svg.append("line").attr("x1", left).attr("x2", width - right).attr("y1", floor).attr("y2", floor).attr("stroke", "#4d4d4d");
  for (const step of row.came) svg.append("line").attr("x1", x(step - 0.5)).attr("x2", x(step - 0.5)).attr("y1", top - 1).attr("y2", floor + 1).attr("stroke", "#000").attr("stroke-width", 2);
  const middle = top + (FULL * ROW) / 2;
  const name = wrap(row.name, left - 10, { most: 2, size: 11, weight: row.post ? "normal" : "bold" });
  write(svg, name, left - 6, middle - tall(name, 11) / 2, { anchor: "end", size: 11, weight: row.post ? "normal" : "bold" });
  const said = wrap(`${written(row.right[place], "share")} right, ${written(row.wrong[place], "share")} wrong`, right - 8, { size: 11, most: 2 });
  write(svg, said, width - right + 6, middle - tall(said, 11) / 2, { size: 11, fill: "#333" });
}

function inWords(data) {
  const one = (row) => `${row.name} ${written(row.right.at(-1), "share")} right, ${written(row.wrong.at(-1), "share")} wrong`;
  return `What each holds at the end: ${data.rows.map(one).join("; ")}.`;
}
