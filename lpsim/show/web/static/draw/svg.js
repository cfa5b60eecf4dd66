// Something to draw on, and words that fit. Everything a user wrote gets to the page as text content alone.
// `d3` is the global of d3.v7.min.js.
import { FONT, SMALL } from "./look.js";

const LEADING = 1.25;
const pen = document.createElement("canvas").getContext("2d");

export function widthOf(text, size = SMALL, weight = "normal") {
  pen.font = `${weight} ${size}px ${FONT}`;
  return pen.measureText(text).width;
}

// Lines no wider than so many pixels, at most so many; what is left out is marked, long words are broken.
// A number and its per cent sign stay together.
export function wrap(text, width, { size = SMALL, most = 4, weight = "normal" } = {}) {
  const lines = [];
  let line = "";
  const words = text.slice(0, 600).split(/ (?!%)/);
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

// An element with its attributes; of text the words come as text content.
export function put(parent, name, attributes = {}) {
  const element = parent.append(name);
  for (const [key, value] of Object.entries(attributes)) element.attr(key, value);
  return element;
}

// A name for something that its drawing alone refers to: of two that are named alike the browser takes the first, and
// of one that is not shown, nothing.
let named = 0;
export function ownName(name) {
  named += 1;
  return `${name}-${named}`;
}

export function rule(parent, [x1, y1], [x2, y2], stroke = "#000", more = {}) {
  return put(parent, "line", { x1, y1, x2, y2, stroke, ...more });
}

// Lines of text below each other; y is the top of the first.
export function write(
  parent,
  lines,
  x,
  y,
  { size = SMALL, fill = "#1a1a1a", anchor = "start", weight = "normal" } = {},
) {
  const look = { "font-size": size, "font-weight": weight, "text-anchor": anchor, fill };
  const text = put(parent, "text", look);
  lines.forEach((line, i) => {
    put(text, "tspan", { x, y: y + (i + 0.8) * size * LEADING }).text(line);
  });
  return text;
}

export function tall(lines, size = SMALL) {
  return lines.length * size * LEADING;
}

// Centres nearest to the wanted ones (least squares) such that no two labels overlap.
export function apart(wanted, heights, low, high) {
  const order = d3.range(wanted.length).sort((a, b) => wanted[a] - wanted[b]);
  const ends = d3.cumsum(order, (i) => heights[i]);
  const below = order.map((i, k) => ends[k] - heights[i] / 2);
  const top = ends.at(-1) ?? 0;
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

// An empty drawing as wide as its container (or options.width), with a name for whoever does not see it.
export function sheet(container, height, options = {}) {
  const width = widthFor(container, options);
  container.replaceChildren();
  const svg = put(d3.select(container), "svg", {
    class: "chart",
    role: "img",
    "aria-label": options.label ?? "chart",
    width,
    height,
    viewBox: `0 0 ${width} ${height}`,
    "font-family": FONT,
    "font-size": SMALL,
  });
  return { svg, width };
}

export function widthFor(container, options = {}) {
  return Math.max(240, Math.floor(options.width ?? container.clientWidth));
}

// So narrow that names stand below the axes, as on a telephone.
export const isNarrow = (width) => width < 520;
