// What each practice's memory knows at a step, on the map of their network; darker is more.
import { put, wrap, write, written } from "./axes.js";
import { drawBase, drawBodies, drawNodes } from "./map.js";

const KEY = 50;

// data: lpsim/show/web/panels/practices.py. options: width, label, at (a step; else the last),
// chosen (the place of a node), choose (called with the place of the node that is clicked).
export function drawPractices(container, data, options = {}) {
  const place = Math.max(0, d3.bisectRight(data.steps, options.at ?? Infinity) - 1);
  const known = data.known[place];
  const mean = d3.sum(known, (value, i) => value * data.practices[i]) / d3.sum(data.practices);
  const title = `${data.step} ${data.steps[place]}: memories know ${written(mean, "knowledge")}`;
  const map = drawBase(container, data.base, {
    ...options,
    above: KEY,
    label: options.label ?? `Map of practices. ${title}.`,
  });
  write(map.svg, wrap(title, map.width - 8, { size: 13, most: 1, weight: "bold" }), 2, 0, { size: 13, weight: "bold" });
  drawScale(map.svg);
  drawBodies(map, data.base, new Set());
  const colour = (value) => (value < 0 ? "#fff" : d3.interpolateYlGnBu(value));
  const chosen = new Set(options.chosen === undefined ? [] : [options.chosen]);
  const nodes = drawNodes(map, data.base, (i) => colour(known[i]), chosen, "#D55E00");
  nodes
    .filter((_, i) => known[i] < 0)
    .append("text")
    .attr("text-anchor", "middle")
    .attr("dy", 4)
    .attr("font-size", 11)
    .text("×");
  nodes.append("title").text((_, i) => `${data.names[i]}: ${written(known[i], "knowledge")}`);
  if (options.choose)
    nodes.attr("class", "open").on("click", (event) => options.choose(nodes.nodes().indexOf(event.currentTarget)));
}

function drawScale(svg) {
  for (const i of d3.range(5)) {
    const box = { x: 4 + i * 40, y: 21, width: 40, height: 9, fill: d3.interpolateYlGnBu(i / 4), stroke: "#808080" };
    put(svg, "rect", box);
    write(svg, [written(i / 4, "knowledge")], 24 + i * 40, 31, { size: 11, anchor: "middle" });
  }
  write(svg, ["knowledge; ×: below 0"], 212, 19, { size: 11 });
}
