// Options against a base in the same worlds: a panel for each level, and below it the difference in each world.
import { BASE, DASHES, INKS, axisOfTime, axisUp, sheet, signed, tall, widthFor, wrap, write, written } from "./axes.js";
import { bandOf, pathOf } from "./lines.js";

const TALL = 130;
const ROW = 24;
const GAP = 22;

// data: lpsim/show/web/panels/differences.py. options: width, label.
export function drawDifferences(container, data, options = {}) {
  const width = widthFor(container, options);
  const columns = width < 520 ? 1 : width < 860 ? 2 : 4;
  const wide = (width - 44 - GAP * (columns - 1)) / columns;
  const key = keyOf(data, width);
  const high = 24 + TALL + 50 + data.options.length * ROW + 46;
  const rows = Math.ceil(data.panels.length / columns);
  const { svg } = sheet(container, key.height + rows * high, { ...options, label: options.label ?? inWords(data) });
  drawKey(svg, key);
  const scales = { ...courseScale(data), ends: endScale(data) };
  data.panels.forEach((panel, i) => {
    const left = 44 + (i % columns) * (wide + GAP);
    const top = key.height + Math.floor(i / columns) * high;
    const place = { left, right: left + wide, top, first: i % columns === 0 };
    write(svg, [panel.label], left, top, { size: 13, weight: "bold" });
    drawCourse(svg, data, panel, { ...place, top: top + 24 }, scales);
    drawEnds(svg, data, panel, { ...place, top: top + 24 + TALL + 50 }, scales);
  });
}

function look(i) {
  return { colour: INKS[i % INKS.length], dash: DASHES[(i + Math.floor(i / INKS.length)) % 4] || null };
}

// --- the key: a piece of each line, and its name -------------------------------------------------

function keyOf(data, width) {
  const entries = [{ name: `base: ${data.base}`, colour: BASE, dash: null, thick: 2.6 }];
  data.options.forEach((name, i) => entries.push({ name, ...look(i), thick: 2 }));
  let height = 2;
  for (const entry of entries) {
    entry.lines = wrap(entry.name, width - 60, { most: 2 });
    entry.top = height;
    height += tall(entry.lines) + 4;
  }
  return { entries, height: height + 8 };
}

function drawKey(svg, { entries }) {
  for (const { lines, top, colour, dash, thick } of entries) {
    svg.append("line").attr("x1", 4).attr("x2", 44).attr("y1", top + 8).attr("y2", top + 8).attr("stroke", colour).attr("stroke-width", thick).attr("stroke-dasharray", dash);
    write(svg, lines, 52, top);
  }
}

// --- over time -----------------------------------------------------------------------------------

function courseScale(data) {
  const drawn = data.panels.flatMap((panel) => [panel.base, ...panel.options.flatMap((one) => [one.mean, one.low, one.high])]).flat();
  const top = Math.min(1.02, 0.25 * Math.ceil((d3.max(drawn) + 0.05) / 0.25));
  return { low: Math.min(0, d3.min(drawn)) - 0.01, high: top };
}

function drawCourse(svg, data, panel, { left, right, top, first }, { low, high }) {
  const x = d3.scaleLinear([0, Math.max(1, data.steps.at(-1))], [left, right]);
  const y = d3.scaleLinear([low, high], [top + TALL, top]);
  const ticks = d3.range(Math.ceil(low / 0.25) * 0.25, high + 0.001, 0.25);
  axisUp(svg, y, { left, right, ticks, form: (at) => written(at, "knowledge"), labels: first });
  axisOfTime(svg, x, top + TALL, { last: data.steps.at(-1), unit: data.unit, most: 5 });
  for (const { at } of data.flags) svg.append("line").attr("x1", x(at)).attr("x2", x(at)).attr("y1", top).attr("y2", top + TALL).attr("stroke", "#595959").attr("stroke-dasharray", "1.5 2.5");
  panel.options.forEach((option, i) => {
    const { colour, dash } = look(i);
    svg.append("path").attr("class", "band").attr("d", bandOf(x, y, data.steps, option.low, option.high)).attr("fill", colour).attr("fill-opacity", 0.18);
    svg.append("path").attr("class", "line").attr("d", pathOf(x, y, data.steps, option.mean)).attr("fill", "none").attr("stroke", colour).attr("stroke-width", 1.8).attr("stroke-dasharray", dash);
  });
  svg.append("path").attr("class", "line base").attr("d", pathOf(x, y, data.steps, panel.base)).attr("fill", "none").attr("stroke", BASE).attr("stroke-width", 2.4);
}

// --- at the end ----------------------------------------------------------------------------------

function endScale(data) {
  const drawn = data.panels.flatMap((panel) => panel.options.flatMap(({ end }) => [...end.each, end.low, end.high])).filter((value) => value !== null);
  const low = Math.min(0, d3.min(drawn) ?? 0);
  const high = Math.max(0, d3.max(drawn) ?? 0);
  const room = 0.04 * Math.max(high - low, 0.02);
  return [low - room, high + room];
}

function drawEnds(svg, data, panel, { left, right, top }, { ends }) {
  const x = d3.scaleLinear(ends, [left, right]);
  const bottom = top + panel.options.length * ROW;
  const ticks = x.ticks(4);
  const places = Math.max(1, -Math.floor(Math.log10(Math.abs(ticks[1] - ticks[0])) + 1e-9));
  for (const at of ticks) {
    svg.append("line").attr("x1", x(at)).attr("x2", x(at)).attr("y1", top).attr("y2", bottom).attr("stroke", "#e8e8e8");
    svg.append("text").attr("x", x(at)).attr("y", bottom + 15).attr("text-anchor", "middle").text(at ? signed(at, places) : "0");
  }
  svg.append("line").attr("x1", left).attr("x2", right).attr("y1", bottom).attr("y2", bottom).attr("stroke", "#000");
  svg.append("line").attr("x1", x(0)).attr("x2", x(0)).attr("y1", top).attr("y2", bottom).attr("stroke", "#000").attr("stroke-width", 1.5);
  panel.options.forEach(({ end }, i) => drawEnd(svg, end, look(i).colour, x, top + i * ROW + ROW / 2));
  write(svg, wrap(`difference at ${data.when}`, right - left, { most: 1 }), (left + right) / 2, bottom + 18, { anchor: "middle" });
}

function drawEnd(svg, end, colour, x, y) {
  for (const value of end.each) {
    if (value !== null) svg.append("line").attr("class", "world").attr("x1", x(value)).attr("x2", x(value)).attr("y1", y - 8).attr("y2", y + 8).attr("stroke", colour).attr("stroke-opacity", 0.4);
  }
  if (end.mean === null) return;
  if (end.low !== null) svg.append("line").attr("class", "interval").attr("x1", x(end.low)).attr("x2", x(end.high)).attr("y1", y).attr("y2", y).attr("stroke", colour).attr("stroke-width", 6);
  svg.append("circle").attr("cx", x(end.mean)).attr("cy", y).attr("r", 3.4).attr("fill", "#fff").attr("stroke", colour).attr("stroke-width", 1.2);
}

function inWords(data) {
  const one = (panel) => panel.options.map(({ end }, i) => `${data.options[i]} ${end.mean === null ? "no value" : signed(end.mean, 3)}`).join(", ");
  return `Differences from ${data.base} at ${data.when} in the same ${data.worlds} worlds. ${data.panels.map((panel) => `${panel.label}: ${one(panel)}`).join("; ")}.`;
}
