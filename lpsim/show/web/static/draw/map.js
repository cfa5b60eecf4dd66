// The map of practices: nodes in the shape of their kind, ties, and the bodies of the wider service above.
import { put, rule, sheet, tall, widthFor, widthOf, wrap, write } from "./svg.js";

export const EDGE = "#404040";
const WIDEST = 560;
const BODY = 7;
const HEXAGON = polygon(6);
const UPSIDE_DOWN = { draw: (path, size) => d3.symbolTriangle.draw(turned(path), size) };
const SHAPES = [
  d3.symbolCircle,
  d3.symbolSquare,
  d3.symbolTriangle,
  d3.symbolDiamond,
  UPSIDE_DOWN,
  polygon(5),
  HEXAGON,
];

// data: Base in lpsim/show/web/panels/lesson_map.py. Returns what to draw on: svg, and [x, y, radius] of places:
// of the nodes, then of the bodies of all tiers.
// options: width, label, above (pixels kept free above the map), most (its greatest width).
export function drawBase(container, base, options = {}) {
  const width = mapWidth(container, options);
  const scale = (width - 8) / base.across;
  const above = options.above ?? 0;
  const height = above + base.up * scale + 8;
  const { svg } = sheet(container, height, { ...options, width });
  const x = (at) => 4 + at * scale;
  const y = (at) => height - 4 - at * scale;
  const box = { x: 1, y: above + 1, width: width - 2, height: height - above - 2 };
  put(svg, "rect", { ...box, fill: "none", stroke: "#c8c8c8" });
  const point = (i) => [x(base.x[i]), y(base.y[i])];
  for (const [a, b] of base.ties) rule(svg, point(a), point(b), "#949494", { "stroke-width": 0.7 });
  const dotted = { "stroke-width": 0.7, "stroke-dasharray": "1.5 2.5" };
  for (const [a, b] of base.staff_ties) rule(svg, point(a), point(b), "#949494", dotted);
  const nodes = base.names.map((_, i) => [...point(i), base.radius[i] * scale]);
  const bodies = base.tiers.flatMap((tier) => tier.x.map((at) => [x(at), y(tier.y), BODY]));
  return { svg, places: [...nodes, ...bodies], scale, width };
}

export function mapWidth(container, options = {}) {
  return Math.min(widthFor(container, options), options.most ?? WIDEST);
}

// The path of a shape of the area of a circle of this radius.
export function shapeOf(kind, radius) {
  return d3.symbol(SHAPES[Math.min(kind, SHAPES.length - 1)], Math.PI * radius ** 2)();
}

// A node each, filled as `fill(i)` says; those of `ringed`, a Set, with a ring around them.
// Returns the selection of their groups, so that an app can listen to them.
export function drawNodes({ svg, places }, base, fill, ringed = new Set(), stroke = "#0072B2") {
  const nodes = svg.append("g").selectAll("g").data(base.names).join("g").attr("class", "node");
  nodes.each((_, i, groups) => {
    const node = d3.select(groups[i]).attr("transform", `translate(${places[i].slice(0, 2)})`);
    const ring = { d: shapeOf(base.kind[i], places[i][2] + 4), fill: "#fff", stroke, "stroke-width": 2.4 };
    if (ringed.has(i)) put(node, "path", { class: "ring", ...ring });
    const shape = { d: shapeOf(base.kind[i], places[i][2]), fill: fill(i), stroke: EDGE, "stroke-width": 0.9 };
    put(node, "path", shape);
  });
  return nodes;
}

// The bodies of every tier in a row, those of `filled`, a Set, black; a tier too large to draw in numbers.
export function drawBodies({ svg, places, scale }, base, filled) {
  let first = 0;
  for (const tier of base.tiers) {
    const here = d3.range(first, first + tier.x.length);
    first += tier.x.length;
    const [left, up] = places[base.names.length + here[0]];
    const name = wrap(tier.name, Math.max(60, (tier.x[0] - 0.06) * scale), { most: 2, size: 11 });
    write(svg, name, 12, up - tall(name, 11) / 2, { size: 11, fill: EDGE });
    const black = here.filter((body) => filled.has(body));
    if (!tier.drawn) write(svg, [`${black.length} of ${here.length}`], left, up - 7, { size: 11 });
    for (const body of tier.drawn ? here : []) {
      const [x, y] = places[base.names.length + body];
      const fill = filled.has(body) ? "#000" : "#fff";
      put(svg, "path", { class: "body", d: shapeOf(6, BODY), transform: `translate(${x},${y})`, fill, stroke: EDGE });
    }
  }
}

// What signs mean, in rows below the map, which grows: {shape, fill, stroke, words} or {line, words}.
export function addSigns({ svg, width }, signs) {
  let [at, down] = [4, Number(svg.attr("height")) + 8];
  for (const { shape, fill, stroke, line, words } of signs) {
    const lines = wrap(words, Math.min(190, width - 44), { size: 11, most: 2 });
    const wide = 44 + Math.max(...lines.map((text) => widthOf(text, 11)));
    if (at > 4 && at + wide > width) [at, down] = [4, down + 28];
    const place = `translate(${at + 14},${down + 9})`;
    const thick = stroke === EDGE ? 0.9 : 2.4;
    if (line) rule(svg, [at, down + 9], [at + 28, down + 9], "", line);
    else put(svg, "path", { d: shape, transform: place, fill, stroke, "stroke-width": thick });
    write(svg, lines, at + 34, down + 9 - tall(lines, 11) / 2, { size: 11 });
    at += wide + 10;
  }
  svg.attr("height", down + 30).attr("viewBox", `0 0 ${width} ${down + 30}`);
}

function polygon(corners) {
  return {
    draw(path, size) {
      const turn = (2 * Math.PI) / corners;
      const radius = Math.sqrt((2 * size) / (corners * Math.sin(turn)));
      d3.range(corners).forEach((i) => {
        path[i ? "lineTo" : "moveTo"](radius * Math.sin(i * turn), -radius * Math.cos(i * turn));
      });
      path.closePath();
    },
  };
}

function turned(path) {
  return {
    moveTo: (x, y) => path.moveTo(x, -y),
    lineTo: (x, y) => path.lineTo(x, -y),
    closePath: () => path.closePath(),
  };
}
