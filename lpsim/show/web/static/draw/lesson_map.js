// One lesson's way over the map of practices: who carries it at the end of a step, and how it came there.
import { ownName, put, sheet, tall, widthOf, wrap, write } from "./svg.js";
import { EDGE, addSigns, drawBase, drawBodies, drawNodes, mapWidth, shapeOf } from "./map.js";

// As lpsim/show/figures/journey.py (a test compares them): nobody, some, most; memory; how it comes from outside.
export const FILLS = ["#FFFFFF", "#E69F00", "#009E73"];
export const RING = "#0072B2";
export const ARROWS = {
  newcomer: ["#000000", null],
  "peer tie": ["#D55E00", "1.5 2"],
  networking: ["#009E73", "7 2"],
  guidance: ["#0072B2", "13 2"],
  training: ["#0072B2", "3 2"],
  curriculum: ["#0072B2", "7 2 1.5 2"],
  reporting: ["#CC79A7", "7 2 1.5 2 1.5 2"],
};

// data: lpsim/show/web/panels/lesson_map.py. options: frame (its place; else the last), width, label, most (the
// greatest width), older: true draws the arrows of earlier frames faintly, signs: false leaves out the key.
export function drawLessonMap(container, data, options = {}) {
  const last = data.frames.length - 1;
  const place = Math.min(options.frame ?? last, last);
  const frame = data.frames[place];
  const wide = mapWidth(container, options) - 8;
  const title = wrap(frame.title, wide, { size: 13, most: 3, weight: "bold" });
  const counts = wrap(frame.counts, wide, { most: 2 });
  const above = Math.max(tall(title, 13) + tall(counts) + 8, options.above ?? 0);
  const label = `Map. ${frame.title}; ${frame.counts}.`;
  const map = drawBase(container, data.base, { label, ...options, above });
  write(map.svg, title, 2, 0, { size: 13, weight: "bold" });
  write(map.svg, counts, 2, tall(title, 13) + 2, { fill: EDGE });
  const heads = addArrowheads(map.svg);
  drawBodies(map, data.base, new Set(frame.bodies));
  drawNodes(map, data.base, (i) => FILLS[frame.fill[i]], new Set(frame.ring), RING);
  const older = options.older ? data.frames.slice(0, place) : [];
  for (const one of older) for (const arrow of one.arrows) drawArrow(map, data, arrow, { heads, opacity: 0.22 });
  for (const arrow of frame.arrows) drawArrow(map, data, arrow, { heads, opacity: 1 });
  drawNames(map, frame.labels);
  if (options.signs !== false) addSigns(map, signsOf(data));
}

// What the arrows are, where maps stand without their key.
export function drawKeyOfArrows(container, data, options = {}) {
  const label = `Arrows: ${data.ways.map((way) => way.label).join(", ")}.`;
  addSigns(sheet(container, 0, { label, ...options }), signsOfWays(data));
}

// Returns by colour the name of its head.
function addArrowheads(svg) {
  const names = {};
  const defs = put(svg, "defs");
  const box = { viewBox: "0 0 10 10", refX: 9, refY: 5, markerWidth: 9, markerHeight: 7, orient: "auto" };
  for (const fill of new Set(Object.values(ARROWS).map(([colour]) => colour))) {
    names[fill] = ownName("head");
    const head = put(defs, "marker", { id: names[fill], markerUnits: "userSpaceOnUse", ...box });
    put(head, "path", { d: "M0,0 L10,5 L0,10 Z", fill });
  }
  return names;
}

function lineOf(name) {
  const [stroke, dashes] = ARROWS[name] ?? ["#000000", null];
  return { stroke, "stroke-dasharray": dashes, "stroke-width": 1.7 };
}

// A bent arrow, from edge to edge; between neighbours, where it would be too short to see, it lies above them.
function drawArrow({ svg, places }, data, [source, target, way], { heads, opacity }) {
  const [[x1, y1, r1], [x2, y2, r2]] = [places[source], places[target]];
  const far = Math.hypot(x2 - x1, y2 - y1);
  const part = Math.min(1, Math.max(0, far - 12) / (r1 + r2 + 10)) / far;
  const [dx, dy] = [x2 - x1, y2 - y1];
  const from = [x1 + dx * part * (r1 + 5), y1 + dy * part * (r1 + 5)];
  const to = [x2 - dx * part * (r2 + 5), y2 - dy * part * (r2 + 5)];
  const bend = [(from[0] + to[0]) / 2 - 0.12 * dy, (from[1] + to[1]) / 2 + 0.12 * dx];
  const line = lineOf(data.ways[way].name);
  const head = { "marker-end": `url(#${heads[line.stroke]})`, opacity };
  put(svg, "path", { class: "arrow", d: `M${from} Q${bend} ${to}`, fill: "none", ...line, ...head });
}

function drawNames({ svg, places, width }, labels) {
  for (const [place, name] of labels) {
    const [x, y, radius] = places[place];
    const text = wrap(name, width / 2, { size: 11, most: 1 });
    const half = widthOf(text[0] ?? "", 11) / 2 + 4;
    const at = Math.min(Math.max(x, half), width - half);
    const halo = write(svg, text, at, y + radius + 5, { size: 11, anchor: "middle" });
    halo.attr("paint-order", "stroke").attr("stroke", "#fff").attr("stroke-width", 3);
  }
}

const signsOfWays = ({ ways }) => ways.map(({ name, label }) => ({ line: lineOf(name), words: label }));

function signsOf(data) {
  const circle = (fill, stroke, words, radius = 7) => ({ shape: shapeOf(0, radius), fill, stroke, words });
  return [
    ...FILLS.map((fill, i) => circle(fill, EDGE, data.fills[i])),
    circle("#fff", RING, data.ring, 8),
    { shape: shapeOf(6, 7), fill: "#000", stroke: EDGE, words: "guidance" },
    ...signsOfWays(data),
    ...data.base.kinds.map((words, i) => ({ shape: shapeOf(i, 7), fill: "#bfbfbf", stroke: EDGE, words })),
  ];
}
