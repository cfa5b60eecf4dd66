// Axes, and what is marked on them; with it comes all that panels share.
import { put, rule, tall, widthOf, wrap, write } from "./svg.js";

export * from "./look.js";
export * from "./svg.js";

// Whole years of months wherever they fit.
export function ticksOfTime(last, most) {
  const steps = [1, 2, 3, 6, 12, 24, 36, 60, 120, 240, 600, 1200, 2400, 6000];
  const by = steps.find((step) => last / step <= most);
  return d3.range(0, last + 1, by ?? Math.ceil(last / most));
}

export function axisOfTime(parent, x, y, { last, unit, most = 10 }) {
  const [left, right] = x.range();
  const axis = put(parent, "g", { class: "axis", transform: `translate(0,${y})` });
  rule(axis, [left, 0], [right, 0]);
  const fits = Math.max(1, Math.floor((right - left) / (widthOf(`${last}`) + 4)));
  for (const at of ticksOfTime(last, Math.min(most, fits))) {
    rule(axis, [x(at), 0], [x(at), 5]);
    put(axis, "text", { x: x(at), y: 18, "text-anchor": "middle" }).text(at);
  }
  const name = wrap(`time (${unit})`, right - left, { most: 1 });
  write(axis, name, (left + right) / 2, 20, { anchor: "middle" });
}

export function axisUp(parent, y, { left, right, ticks, form, labels = true }) {
  const axis = put(parent, "g", { class: "axis" });
  for (const at of ticks) {
    rule(axis, [left, y(at)], [right, y(at)], at ? "#e2e2e2" : "#404040");
    if (labels) put(axis, "text", { x: left - 7, y: y(at) + 4, "text-anchor": "end" }).text(form(at));
  }
  const [bottom, top] = y.range();
  rule(axis, [left, bottom], [left, top]);
}

// Interventions: where each dotted line ends and its words stand, the earliest on top.
export function flagsAbove(flags, x, room) {
  const [left, right] = x.range();
  let below = 0;
  return [...flags]
    .sort((a, b) => b.at - a.at)
    .map(({ at, text }) => {
      const lines = wrap(text, Math.max(right + room - x(at) - 8, Math.min(180, right - left)), { most: 2 });
      below += tall(lines) + 3;
      return { at, lines, below };
    });
}

export function drawFlags(parent, placed, x, { top, bottom, room = 0 }) {
  for (const { at, lines, below } of placed) {
    const wide = Math.max(0, ...lines.map((line) => widthOf(line)));
    drawStart(parent, x(at), top - below, bottom);
    const left = Math.min(x(at) + 5, x.range()[1] + room - wide);
    write(parent, lines, Math.max(2, left), top - below, { fill: "#333" });
  }
}

export function drawStart(parent, x, top, bottom) {
  rule(parent, [x, top], [x, bottom], "#595959", { class: "flag", "stroke-dasharray": "1.5 2.5" });
}

// The step that is shown.
export function drawCursor(parent, x, top, bottom) {
  rule(parent, [x, top], [x, bottom], "#000", { class: "cursor" });
}
