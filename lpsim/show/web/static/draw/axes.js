// What all panels share: colours, numbers, words that fit, a sheet to draw on, and axes.
// Everything a user wrote gets to the page as text content alone. `d3` is the global of d3.v7.min.js.

// As lpsim/show/figures/page.py and over_time.py (a test compares them): safe for colour-blind readers, at least
// 3 to 1 on white, and told apart in grey by dashes and luminance.
export const COLOURS = ["#C48300", "#008F68", "#0072B2", "#000000", "#3690C8", "#D55E00", "#CC79A7"];
export const DASHES = ["", "11 3.3", "15 3.3 3.3 3.3", "3.3 2.2", "2.2 6.6", "2.2 11"];
// As lpsim/show/figures/comparison.py: the base, and the options.
export const BASE = "#000000";
export const INKS = ["#0A4C8C", "#D55E00", "#5B2A86", "#009E73", "#6B5900", "#C06C9B", "#005A63", "#7F7F7F"];
export const FONT = "DejaVu Sans, Verdana, Segoe UI, sans-serif";
export const SMALL = 12;
const MINUS = "\u2212";
const LEADING = 1.25;

// --- numbers, as lpsim/show/text/vocabulary.py writes them ---------------------------------------

export function written(value, form) {
  if (value === null || value === undefined) return "no value";
  if (form === "share") {
    if (value > 0 && value < 0.01) return "<1 %";
    return value > 0.99 && value < 1 ? ">99 %" : `${even(100 * value)} %`;
  }
  return fixed(value, form === "twentieths" ? 1 : 2);
}

// Python rounds halves to even, and so do we: app, report and figures say the same.
function even(value) {
  const low = Math.floor(value);
  const half = value - low === 0.5;
  return half ? low + (low % 2) : Math.round(value);
}

export function fixed(value, places) {
  const text = Math.abs(value).toFixed(places);
  return (value < 0 && Number(text) !== 0 ? MINUS : "") + text;
}

export function signed(value, places) {
  const text = fixed(value, places);
  return Number(text.replace(MINUS, "-")) > 0 ? `+${text}` : text;
}

// --- words ---------------------------------------------------------------------------------------

const pen = document.createElement("canvas").getContext("2d");

export function widthOf(text, size = SMALL, weight = "normal") {
  pen.font = `${weight} ${size}px ${FONT}`;
  return pen.measureText(text).width;
}

// Lines no wider than so many pixels, at most so many; what is left out is marked, long words are broken.
export function wrap(text, width, { size = SMALL, most = 4, weight = "normal" } = {}) {
  const lines = [];
  let line = "";
  const words = text.slice(0, 600).split(" ");
  while (words.length && lines.length <= most) {
    const word = words.shift();
    const longer = line ? `${line} ${word}` : word;
    if (widthOf(longer, size, weight) <= width) line = longer;
    else if (line) {
      lines.push(line);
      line = "";
      words.unshift(word);
    } else if (word.length > 1) {
      let fits = word.length - 1;
      while (fits > 1 && widthOf(word.slice(0, fits), size, weight) > width) fits -= 1;
      lines.push(word.slice(0, fits));
      words.unshift(word.slice(fits));
    } else line = word;
  }
  if (line) lines.push(line);
  if (lines.length > most || text.length > 600) {
    lines.length = Math.min(lines.length, most);
    lines[lines.length - 1] = `${lines[lines.length - 1].slice(0, -1)}…`;
  }
  return lines;
}

export function write(parent, lines, x, y, { size = SMALL, fill = "#1a1a1a", anchor = "start", weight = "normal" } = {}) {
  const text = parent
    .append("text")
    .attr("font-size", size)
    .attr("fill", fill)
    .attr("font-weight", weight)
    .attr("text-anchor", anchor);
  lines.forEach((line, i) => {
    text.append("tspan").attr("x", x).attr("y", y + (i + 0.8) * size * LEADING).text(line);
  });
  return text;
}

export function tall(lines, size = SMALL) {
  return lines.length * size * LEADING;
}

// A darker ink of the same hue, for words beside a line.
export function ink(colour) {
  return d3.color(colour).darker(0.8).formatHex();
}

// Centres nearest to the wanted ones (least squares) such that no two labels overlap.
export function apart(wanted, heights, low, high) {
  const order = d3.range(wanted.length).sort((a, b) => wanted[a] - wanted[b]);
  let top = 0;
  const below = order.map((i) => (top += heights[i]) - heights[i] / 2);
  const blocks = [];
  order.forEach((i, k) => {
    let block = { sum: wanted[i] - below[k], n: 1 };
    while (blocks.length && blocks.at(-1).sum / blocks.at(-1).n > block.sum / block.n) {
      const other = blocks.pop();
      block = { sum: block.sum + other.sum, n: block.n + other.n };
    }
    blocks.push(block);
  });
  const free = blocks.flatMap((block) => Array(block.n).fill(block.sum / block.n));
  const centres = [];
  order.forEach((i, k) => {
    centres[i] = Math.min(Math.max(free[k], low), Math.max(low, high - top)) + below[k];
  });
  return centres;
}

// --- a sheet and its axes ------------------------------------------------------------------------

// An empty drawing as wide as its container (or options.width), with a name for whoever does not see it.
export function sheet(container, height, options = {}) {
  const width = widthFor(container, options);
  container.replaceChildren();
  const svg = d3
    .select(container)
    .append("svg")
    .attr("class", "chart")
    .attr("role", "img")
    .attr("aria-label", options.label ?? "chart")
    .attr("width", width)
    .attr("height", height)
    .attr("viewBox", `0 0 ${width} ${height}`)
    .attr("font-family", FONT)
    .attr("font-size", SMALL);
  return { svg, width };
}

export function widthFor(container, options = {}) {
  return Math.max(240, Math.floor(options.width ?? container.clientWidth));
}

// Whole years of months wherever they fit.
export function ticksOfTime(last, most) {
  const by = [1, 2, 3, 6, 12, 24, 36, 60, 120, 240, 600, 1200, 2400, 6000].find((step) => last / step <= most);
  return d3.range(0, last + 1, by ?? Math.ceil(last / most));
}

export function axisOfTime(parent, x, y, { last, unit, most = 10, name = true }) {
  const [left, right] = x.range();
  const axis = parent.append("g").attr("class", "axis").attr("transform", `translate(0,${y})`);
  axis.append("line").attr("x1", left).attr("x2", right).attr("stroke", "#000");
  for (const at of ticksOfTime(last, most)) {
    axis.append("line").attr("x1", x(at)).attr("x2", x(at)).attr("y2", 5).attr("stroke", "#000");
    axis.append("text").attr("x", x(at)).attr("y", 18).attr("text-anchor", "middle").text(at);
  }
  if (name) write(axis, wrap(`time (${unit})`, right - left, { most: 1 }), (left + right) / 2, 20, { anchor: "middle" });
}

export function axisUp(parent, y, { left, right, ticks, form, labels = true }) {
  const axis = parent.append("g").attr("class", "axis");
  for (const at of ticks) {
    axis.append("line").attr("x1", left).attr("x2", right).attr("y1", y(at)).attr("y2", y(at)).attr("stroke", at ? "#e2e2e2" : "#404040");
    if (labels) axis.append("text").attr("x", left - 7).attr("y", y(at) + 4).attr("text-anchor", "end").text(form(at));
  }
  axis.append("line").attr("x1", left).attr("x2", left).attr("y1", y.range()[0]).attr("y2", y.range()[1]).attr("stroke", "#000");
}

// Interventions: a dotted line each, and its words above the axes, the earliest on top.
export function flagsAbove(flags, x, room) {
  const [left, right] = x.range();
  let below = 0;
  return [...flags].sort((a, b) => b.at - a.at).map((flag) => {
    const lines = wrap(flag.text, Math.max(right + room - x(flag.at) - 8, Math.min(150, right - left)), { most: 2 });
    below += tall(lines) + 3;
    return { at: flag.at, lines, below };
  });
}

export function drawFlags(parent, placed, x, top, bottom, room = 0) {
  for (const { at, lines, below } of placed) {
    const wide = Math.max(0, ...lines.map((line) => widthOf(line)));
    parent.append("line").attr("class", "flag").attr("x1", x(at)).attr("x2", x(at)).attr("y1", top - below).attr("y2", bottom)
      .attr("stroke", "#595959").attr("stroke-dasharray", "1.5 2.5");
    write(parent, lines, Math.max(2, Math.min(x(at) + 5, x.range()[1] + room - wide)), top - below, { fill: "#333" });
  }
}
