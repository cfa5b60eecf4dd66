// Colours, dashes, and numbers as lpsim/show/text/vocabulary.py writes them.

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

export function written(value, form) {
  if (value === null || value === undefined) return "no value";
  if (form === "share") {
    if (value > 0 && value < 0.01) return "<1 %";
    return value > 0.99 && value < 1 ? ">99 %" : `${Math.round(100 * Number(even(value, 2)))} %`;
  }
  return fixed(value, form === "twentieths" ? 1 : 2);
}

// Python rounds halves to even, and so do we: app, report and figures say the same. Between two texts lies a value
// of which so many halvings leave an odd number.
function even(value, places) {
  const text = value.toFixed(places);
  const half = (value * 2 ** (places + 1)) % 2 === 1;
  return half && Number(text.at(-1)) % 2 ? (value * (1 - 1e-12)).toFixed(places) : text;
}

export function fixed(value, places) {
  const text = even(Math.abs(value), places);
  return (value < 0 && Number(text) !== 0 ? MINUS : "") + text;
}

export function signed(value, places) {
  const text = fixed(value, places);
  return Number(text.replace(MINUS, "-")) > 0 ? `+${text}` : text;
}

// A darker ink of the same hue, for words beside a line.
export function ink(colour) {
  return d3.color(colour).darker(0.8).formatHex();
}
