// One lesson's way over the map of practices: who carries it at the end of a step, and how it came there.
import { wrap, write, tall, widthFor, widthOf } from "./axes.js";
import { EDGE, drawBase, drawBodies, drawNodes, drawSigns, shapeOf } from "./map.js";

export const FILLS = ["#FFFFFF", "#E69F00", "#009E73"];
export const RING = "#0072B2";
// As lpsim/show/figures/journey.py: how a lesson comes from outside.
export const ARROWS = {
  newcomer: ["#000000", null],
  "peer tie": ["#D55E00", "1.5 2"],
  networking: ["#009E73", "7 2"],
  guidance: ["#0072B2", "13 2"],
  training: ["#0072B2", "3 2"],
  curriculum: ["#0072B2", "7 2 1.5 2"],
  reporting: ["#CC79A7", "7 2 1.5 2 1.5 2"],
};

// data: lpsim/show/web/panels/lesson_map.py. options: frame (its place; else the last), width, label,
// older: draw the arrows of earlier frames faintly; signs: false leaves out the key.
export function drawLessonMap(container, data, options = {}) {
  const place = Math.min(options.frame ?? data.frames.length - 1, data.frames.length - 1);
  const frame = data.frames[place];
  const wide = Math.min(widthFor(container, options), 828);
  const title = wrap(frame.title, wide - 8, { size: 13, most: 3, weight: "bold" });
  const counts = wrap(frame.counts, wide - 8, { most: 2 });
  const above = tall(title, 13) + tall(counts) + 8;
  const map = drawBase(container, data.base, { ...options, above, label: options.label ?? `Map. ${frame.title}; ${frame.counts}.` });
  write(map.svg, title, 2, 0, { size: 13, weight: "bold" });
  write(map.svg, counts, 2, tall(title, 13) + 2, { fill: "#404040" });
  arrowHeads(map.svg);
  drawBodies(map, data.base, new Set(frame.bodies));
  drawNodes(map, data.base, (i) => FILLS[frame.fill[i]], new Set(frame.ring), RING);
  const before = options.older ? data.frames.slice(0, place) : [];
  for (const one of before) for (const arrow of one.arrows) drawArrow(map, data, arrow, 0.22);
  for (const arrow of frame.arrows) drawArrow(map, data, arrow, 1);
  drawNames(map, frame.labels);
  if (options.signs !== false) addKey(map, data, wide);
}

function arrowHeads(svg) {
  const defs = svg.append("defs");
  for (const colour of new Set(Object.values(ARROWS).map(([ink]) => ink))) {
    defs.append("marker").attr("id", `head-${colour.slice(1)}`).attr("viewBox", "0 0 10 10").attr("refX", 9).attr("refY", 5).attr("markerWidth", 9).attr("markerHeight", 7)
      .attr("markerUnits", "userSpaceOnUse").attr("orient", "auto").append("path").attr("d", "M0,0 L10,5 L0,10 Z").attr("fill", colour);
  }
}

function drawArrow({ svg, places }, data, [source, target, way], opacity) {
  const [[x1, y1, r1], [x2, y2, r2]] = [places[source], places[target]];
  const [colour, dash] = ARROWS[data.ways[way].name] ?? ["#000000", null];
  const far = Math.hypot(x2 - x1, y2 - y1);
  const part = Math.min(1, Math.max(0, far - 12) / (r1 + r2 + 10));
  const along = (from, to, room) => [from[0] + ((to[0] - from[0]) * room) / far, from[1] + ((to[1] - from[1]) * room) / far];
  const [a, b] = [along([x1, y1], [x2, y2], part * (r1 + 5)), along([x2, y2], [x1, y1], part * (r2 + 5))];
  const bend = [(a[0] + b[0]) / 2 + (a[1] - b[1]) * 0.12, (a[1] + b[1]) / 2 - (a[0] - b[0]) * 0.12];
  svg.append("path").attr("class", "arrow").attr("d", `M${a} Q${bend} ${b}`).attr("fill", "none").attr("stroke", colour).attr("stroke-width", 1.7)
    .attr("stroke-dasharray", dash).attr("marker-end", `url(#head-${colour.slice(1)})`).attr("opacity", opacity);
}

function drawNames({ svg, places, width }, labels) {
  for (const [place, text] of labels) {
    const [x, y, r] = places[place];
    const wide = widthOf(text, 11);
    const at = Math.min(Math.max(x, wide / 2 + 4), width - wide / 2 - 4);
    write(svg, [text], at, y + r + 5, { size: 11, anchor: "middle" }).attr("paint-order", "stroke").attr("stroke", "#fff").attr("stroke-width", 3);
  }
}

function addKey({ svg }, data, wide) {
  const signs = FILLS.map((fill, i) => ({ shape: shapeOf(0, 7), fill, stroke: EDGE, words: data.fills[i] }));
  signs.push({ shape: shapeOf(0, 8), fill: "#fff", stroke: RING, words: data.ring });
  signs.push({ shape: shapeOf(6, 7), fill: "#000", stroke: EDGE, words: "guidance" });
  data.ways.forEach(({ name, label }) => signs.push({ line: ARROWS[name] ?? ["#000", null], words: label }));
  data.base.kinds.forEach((kind, i) => signs.push({ shape: shapeOf(i, 7), fill: "#bfbfbf", stroke: EDGE, words: kind }));
  const top = Number(svg.attr("height")) + 8;
  const height = drawSigns(svg, signs, wide, top);
  svg.attr("height", height).attr("viewBox", `0 0 ${svg.attr("width")} ${height}`);
}
