// How far right knowledge gets: a bar for each stage and scenario; hatched what is written down wrongly there.
import { COLOURS, ink, sheet, tall, widthFor, wrap, write, written } from "./axes.js";
import { placeOf } from "./lines.js";

const BAR = 17;

// data: one Funnel (lpsim/show/web/panels/funnel.py) or several, drawn at one scale, 0 to 100 %.
// options: names (of several), at (a step; else the last), width, label.
export function drawFunnel(container, data, options = {}) {
  const funnels = Array.isArray(data) ? data : [data];
  const names = options.names ?? [];
  const width = widthFor(container, options);
  const place = placeOf(funnels[0].steps, options.at);
  const x = d3.scaleLinear([0, 1], [4, width - (width < 520 ? 120 : 260)]);
  const rows = rowsOf(funnels, place, names, width);
  const height = rows.at(-1).below + 34;
  const { svg } = sheet(container, height, { ...options, label: options.label ?? inWords(funnels, names, place) });
  hatches(svg);
  for (const at of [0, 0.25, 0.5, 0.75, 1]) {
    svg.append("line").attr("x1", x(at)).attr("x2", x(at)).attr("y1", 4).attr("y2", height - 30).attr("stroke", at ? "#e2e2e2" : "#000");
    svg.append("text").attr("x", x(at)).attr("y", height - 16).attr("text-anchor", at ? "middle" : "start").text(written(at, "share"));
  }
  write(svg, ["of all issues"], width - 4, height - 28, { anchor: "end", fill: "#595959" });
  for (const row of rows) {
    if (row.heading) write(svg, row.heading, 4, row.top, { weight: "bold" });
    else drawBar(svg, row, x, width);
  }
}

function rowsOf(funnels, place, names, width) {
  const rows = [];
  let down = 2;
  const add = (row, high) => {
    rows.push({ ...row, top: down, below: down + high });
    down += high;
  };
  funnels[0].stages.forEach((stage, i) => {
    const heading = wrap(stage.right.label, width - 8, { weight: "bold" });
    add({ heading }, tall(heading) + 2);
    funnels.forEach((one, which) => {
      for (const kind of ["right", "wrong"]) {
        const line = one.stages[i][kind];
        if (line) add({ line, kind, place, colour: COLOURS[i], name: names[which] ?? "", dim: which % 2 }, BAR + 2);
      }
    });
    down += 8;
  });
  return rows;
}

function drawBar(svg, { line, kind, place, colour, name, dim, top }, x, width) {
  const value = line.mean[place];
  const bar = svg.append("rect").attr("class", "bar").attr("data-name", line.name).attr("x", x(0)).attr("y", top).attr("height", BAR - 3)
    .attr("width", Math.max(0, x(value ?? 0) - x(0))).attr("stroke", colour);
  if (kind === "wrong") bar.attr("fill", `url(#wrong-${COLOURS.indexOf(colour)})`);
  else bar.attr("fill", colour).attr("fill-opacity", dim ? 0.55 : 0.9);
  const ends = line.low && [line.low[place], line.high[place]];
  if (ends && ends[0] !== null) {
    svg.append("line").attr("x1", x(ends[0])).attr("x2", x(ends[1])).attr("y1", top + 7).attr("y2", top + 7).attr("stroke", "#000").attr("stroke-width", 1.2);
  }
  const from = Math.max(x(value ?? 0), ends && ends[1] !== null ? x(ends[1]) : 0) + 6;
  const words = `${written(value, "share")}${kind === "wrong" ? " wrong" : ""}${name ? `, ${name}` : ""}`;
  write(svg, wrap(words, width - from - 2, { most: 1 }), from, top - 1, { fill: ink(colour) });
}

function hatches(svg) {
  COLOURS.slice(0, 4).forEach((colour, i) => {
    const pattern = svg.append("defs").append("pattern").attr("id", `wrong-${i}`).attr("patternUnits", "userSpaceOnUse").attr("width", 6).attr("height", 6).attr("patternTransform", "rotate(45)");
    pattern.append("rect").attr("width", 6).attr("height", 6).attr("fill", "#fff");
    pattern.append("rect").attr("width", 2).attr("height", 6).attr("fill", colour);
  });
}

function inWords(funnels, names, place) {
  const one = (funnel) => funnel.stages.map(({ right }) => `${right.label} ${written(right.mean[place], "share")}`).join(", ");
  return `How far right knowledge gets. ${funnels.map((funnel, i) => `${names[i] ? `${names[i]}: ` : ""}${one(funnel)}`).join("; ")}.`;
}
