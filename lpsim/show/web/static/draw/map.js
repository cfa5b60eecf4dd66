// The map of practices: nodes in the shape of their kind, ties, and the bodies of the wider service above.
import { sheet, tall, widthFor, wrap, write } from "./axes.js";

export const EDGE = "#404040";
const SHAPES = [d3.symbolCircle, d3.symbolSquare, d3.symbolTriangle, d3.symbolDiamond, down(), pentagon(5), pentagon(6)];
const HEXAGON = pentagon(6);
export const BODY = 7;

// data: lpsim/show/web/panels/lesson_map.py, Base. Returns what to draw on: svg, and where places are.
// options: width, label, above (pixels kept free above the map).
export function drawBase(container, base, options = {}) {
  const width = widthFor(container, options);
  const scale = Math.min(width - 8, 820) / base.across;
  const above = options.above ?? 0;
  const height = above + base.up * scale + 8;
  const { svg } = sheet(container, height, options);
  const x = (at) => 4 + at * scale;
  const y = (at) => height - 4 - at * scale;
  svg.append("rect").attr("x", 1).attr("y", above + 1).attr("width", base.across * scale + 6).attr("height", height - above - 2).attr("fill", "none").attr("stroke", "#c8c8c8");
  const ties = svg.append("g").attr("stroke", "#949494").attr("stroke-width", 0.7);
  for (const [pairs, dash] of [[base.ties, null], [base.staff_ties, "1.5 2.5"]]) {
    for (const [a, b] of pairs) ties.append("line").attr("x1", x(base.x[a])).attr("y1", y(base.y[a])).attr("x2", x(base.x[b])).attr("y2", y(base.y[b])).attr("stroke-dasharray", dash);
  }
  const places = base.names.map((_, i) => [x(base.x[i]), y(base.y[i]), base.radius[i] * scale]);
  for (const tier of base.tiers) for (const at of tier.x) places.push([x(at), y(tier.y), BODY]);
  return { svg, places, scale, x, y, width };
}

// The path of a shape of the area of a circle of this radius.
export function shapeOf(kind, radius) {
  return d3.symbol(SHAPES[Math.min(kind, SHAPES.length - 1)], Math.PI * radius ** 2)();
}

// A node each, filled as `fill(i)` says; `ring` are those with a ring around them. Returns the nodes' selection.
export function drawNodes({ svg, places }, base, fill, ring = new Set(), inkOfRing = "#0072B2") {
  const nodes = svg.append("g").attr("class", "nodes").selectAll("g").data(base.names).join("g")
    .attr("transform", (_, i) => `translate(${places[i][0]},${places[i][1]})`);
  nodes.filter((_, i) => ring.has(i)).append("path").attr("class", "ring").attr("d", (_, i, all) => shapeOf(kindAt(base, all[i]), radiusAt(places, all[i]) + 4))
    .attr("fill", "#fff").attr("stroke", inkOfRing).attr("stroke-width", 2.4);
  nodes.append("path").attr("class", "node").attr("d", (_, i) => shapeOf(base.kind[i], places[i][2])).attr("fill", (_, i) => fill(i)).attr("stroke", EDGE).attr("stroke-width", 0.9);
  return nodes;

  function placeAt(node) {
    return [...node.parentNode.parentNode.children].indexOf(node.parentNode);
  }
  function kindAt(_, node) {
    return base.kind[placeAt(node)];
  }
  function radiusAt(_, node) {
    return places[placeAt(node)][2];
  }
}

// The bodies of every tier in a row, those of `filled` black; a tier too large to draw in numbers.
export function drawBodies({ svg, places, scale, x, y }, base, filled) {
  let first = 0;
  for (const tier of base.tiers) {
    write(svg, wrap(tier.name, (tier.x[0] - 0.06) * scale, { most: 2, size: 11 }), x(0.02), y(tier.y) - 8, { size: 11, fill: "#404040" });
    const here = d3.range(first, first + tier.x.length);
    if (tier.drawn) {
      for (const body of here) {
        const [at, up] = places[base.names.length + body];
        svg.append("path").attr("class", "body").attr("d", d3.symbol(HEXAGON, 150)()).attr("transform", `translate(${at},${up})`).attr("fill", filled.has(body) ? "#000" : "#fff").attr("stroke", EDGE);
      }
    } else write(svg, [`${here.filter((body) => filled.has(body)).length} of ${tier.x.length}`], x(tier.x[0]), y(tier.y) - 8, { size: 11 });
    first += tier.x.length;
  }
}

// What signs mean: [path, fill, stroke, words] or {line: [colour, dash], words}, in rows as wide as the map.
export function drawSigns(svg, signs, width, top) {
  let at = 4;
  let down_ = top;
  for (const { shape, fill, stroke, line, words } of signs) {
    const lines = wrap(words, Math.min(170, width - 40), { size: 11, most: 2 });
    const wide = 40 + Math.max(...lines.map((text) => text.length * 6.4));
    if (at + wide > width && at > 4) {
      at = 4;
      down_ += 30;
    }
    if (line) svg.append("line").attr("x1", at).attr("x2", at + 28).attr("y1", down_ + 9).attr("y2", down_ + 9).attr("stroke", line[0]).attr("stroke-dasharray", line[1]).attr("stroke-width", 2);
    else svg.append("path").attr("d", shape).attr("transform", `translate(${at + 14},${down_ + 9})`).attr("fill", fill).attr("stroke", stroke).attr("stroke-width", stroke === EDGE ? 0.9 : 2.4);
    write(svg, lines, at + 34, down_ + 9 - tall(lines, 11) / 2, { size: 11 });
    at += wide + 8;
  }
  return down_ + 30;
}

function pentagon(corners) {
  return {
    draw(path, size) {
      const r = Math.sqrt((2 * size) / (corners * Math.sin((2 * Math.PI) / corners)));
      d3.range(corners).forEach((i) => {
        const turn = (2 * Math.PI * i) / corners;
        path[i ? "lineTo" : "moveTo"](r * Math.sin(turn), -r * Math.cos(turn));
      });
      path.closePath();
    },
  };
}

function down() {
  return { draw: (path, size) => d3.symbolTriangle.draw({ moveTo: (x, y) => path.moveTo(x, -y), lineTo: (x, y) => path.lineTo(x, -y), closePath: () => path.closePath() }, size) };
}
