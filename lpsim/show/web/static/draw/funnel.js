// How far right knowledge gets: a bar for each stage and scenario; hatched what is written down wrongly there. A
// stroke across a bar is the start: what is right then is no learning, much of it luck.
import { COLOURS, ink, written } from "./look.js";
import { isNarrow, ownName, put, rule, sheet, tall, widthFor, wrap, write } from "./svg.js";
import { placeOf } from "./lines.js";

const BAR = 14;
const WORTH_TELLING = 0.01; // of what was known at the start, as in lpsim/show/text/findings.py

// data: one Funnel (lpsim/show/web/panels/funnel.py) or several, drawn at one scale, 0 to 100 %.
// options: names (of several), at (a step; else the last), width, label.
export function drawFunnel(container, data, options = {}) {
  const funnels = Array.isArray(data) ? data : [data];
  const names = funnels.map((_, i) => options.names?.[i] ?? "");
  const width = widthFor(container, options);
  const place = placeOf(funnels[0].steps, options.at);
  const x = d3.scaleLinear([0, 1], [4, width - (isNarrow(width) ? 90 : 260)]);
  const rows = rowsOf(funnels, { place, names, width, named: names.some(Boolean) });
  const bottom = rows.at(-1).below + 4;
  const { svg } = sheet(container, bottom + 42, { label: inWords(funnels, names, place), ...options });
  const hatches = addHatches(svg);
  drawScale(svg, x, bottom);
  for (const row of rows) {
    if (row.heading) write(svg, row.heading, 8, row.top, { weight: row.weight });
    else drawBar(svg, { ...row, hatch: hatches[row.stage] }, x, width);
  }
}

// From above: the name of each stage, and its bars; where it is narrow, the scenarios' names above theirs.
function rowsOf(funnels, { place, names, width, named }) {
  const rows = [];
  const add = (row, high) => {
    const top = rows.at(-1)?.below ?? 2;
    rows.push({ ...row, top: top + (row.weight === "bold" && rows.length ? 8 : 0) });
    rows.at(-1).below = rows.at(-1).top + high;
  };
  const head = (text, weight) => {
    const heading = wrap(text, width - 12, { weight, most: 2 });
    add({ heading, weight }, tall(heading) + 2);
  };
  funnels[0].stages.forEach((stage, i) => {
    head(`${stage.right.label}${startInWords(funnels, i, place)}`, "bold");
    funnels.forEach((one, which) => {
      if (named && isNarrow(width)) head(names[which], "normal");
      for (const kind of ["right", "wrong"]) {
        const line = one.stages[i][kind];
        const name = isNarrow(width) ? "" : names[which];
        const start = startOf(one, line, place);
        if (line) add({ line, start, kind, place, stage: i, name, opacity: which % 2 ? 0.55 : 0.9 }, BAR + 5);
      }
    });
  });
  return rows;
}

// What a line was at the start; null at the start itself, or where it was not recorded.
function startOf({ steps }, line, place) {
  return line && steps[0] === 0 && steps[place] > 0 ? line.mean[0] : null;
}

// As in " (48 % at the start)", told once where it is the same of all; empty where it was nothing.
function startInWords(funnels, stage, place) {
  const starts = funnels.map((one) => startOf(one, one.stages[stage].right, place));
  if (!starts.every((start) => start >= WORTH_TELLING)) return "";
  return ` (${[...new Set(starts.map((start) => written(start, "share")))].join(" and ")} at the start)`;
}

function drawScale(svg, x, bottom) {
  for (const at of [0, 0.25, 0.5, 0.75, 1]) {
    rule(svg, [x(at), 4], [x(at), bottom], at ? "#e2e2e2" : "#000");
    const anchor = at ? "middle" : "start";
    put(svg, "text", { x: x(at), y: bottom + 15, "text-anchor": anchor }).text(written(at, "share"));
  }
  write(svg, ["share of all issues"], 4, bottom + 19, { fill: "#595959" });
}

function drawBar(svg, { line, start, kind, place, stage, hatch, name, opacity, top }, x, width) {
  const [colour, value] = [COLOURS[stage], line.mean[place]];
  const fill = kind === "wrong" ? `url(#${hatch})` : colour;
  const look = { fill, "fill-opacity": kind === "wrong" ? 1 : opacity, stroke: colour };
  const box = { x: x(0), y: top, width: Math.max(0, x(value ?? 0) - x(0)), height: BAR };
  put(svg, "rect", { class: "bar", "data-name": line.name, ...box, ...look });
  if (start >= WORTH_TELLING) {
    rule(svg, [x(start), top - 3], [x(start), top + BAR + 3], "#fff", { "stroke-width": 5 });
    rule(svg, [x(start), top - 3], [x(start), top + BAR + 3], "#000", { class: "start", "stroke-width": 2 });
  }
  const spread = line.low && line.low[place] !== null ? [line.low[place], line.high[place]] : null;
  if (spread)
    rule(svg, [x(spread[0]), top + 7], [x(spread[1]), top + 7], "#000", { class: "spread", "stroke-width": 1.2 });
  const from = x(Math.max(value ?? 0, spread ? spread[1] : 0)) + 6;
  const words = `${written(value, "share")}${kind === "wrong" ? " wrong" : ""}${name ? `, ${name}` : ""}`;
  const text = write(svg, wrap(words, width - from - 2, { most: 1 }), from, top - 1, { fill: ink(colour) });
  text.attr("class", "end").attr("data-name", line.name);
}

// Returns the name of each stage's.
function addHatches(svg) {
  const defs = put(svg, "defs");
  return COLOURS.slice(0, 4).map((fill) => {
    const id = ownName("wrong");
    const box = { patternUnits: "userSpaceOnUse", width: 6, height: 6, patternTransform: "rotate(45)" };
    const pattern = put(defs, "pattern", { id, ...box });
    put(pattern, "rect", { width: 6, height: 6, fill: "#fff" });
    put(pattern, "rect", { width: 2, height: 6, fill });
    return id;
  });
}

function inWords(funnels, names, place) {
  const told = (one, { right }, i) =>
    `${right.label} ${written(right.mean[place], "share")}${startInWords([one], i, place)}`;
  const stages = (one) => one.stages.map((stage, i) => told(one, stage, i)).join(", ");
  const each = funnels.map((funnel, i) => `${names[i] ? `${names[i]}: ` : ""}${stages(funnel)}`);
  return `How far right knowledge gets. ${each.join("; ")}.`;
}
