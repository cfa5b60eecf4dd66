// What if: sliders over a grid that was simulated beforehand, over time one byte a value.
import { fixed, signed } from "../draw/axes.js";
import { drawLevels } from "../draw/levels.js";

const NONE = 255;
const element = (id) => document.getElementById(id);

// data: lpsim/show/web/panels/levers.py. Returns what draws it anew.
export function showLevers(data) {
  const values = unpacked(data.values);
  const places = data.levers.map((lever) => lever.own);
  const draw = () => drawIf(data, values, places);
  const sliders = data.levers.map((lever, i) => addSlider(lever, i, places, draw));
  const reset = element("sliders").appendChild(document.createElement("button"));
  reset.type = "button";
  reset.textContent = "As in the scenario";
  reset.addEventListener("click", () => {
    for (const [i, slider] of sliders.entries()) {
      slider.value = data.levers[i].own;
      slider.dispatchEvent(new Event("input"));
    }
  });
  element("sliders").addEventListener("submit", (event) => event.preventDefault());
  element("if-about").textContent = data.about;
  return (paper) => (paper ? undefined : draw());
}

function unpacked({ low, step, bytes }) {
  return Array.from(atob(bytes), (letter) => {
    const byte = letter.charCodeAt(0);
    return byte === NONE ? null : low + byte * step;
  });
}

function addSlider(lever, i, places, draw) {
  const part = element("sliders").appendChild(document.createElement("div"));
  const add = (name, properties) => Object.assign(part.appendChild(document.createElement(name)), properties);
  add("label", { htmlFor: `lever-${i}`, textContent: `${lever.words}: ` });
  const value = add("output", { htmlFor: `lever-${i}` });
  const last = lever.values.length - 1;
  const slider = add("input", { type: "range", id: `lever-${i}`, min: 0, max: last, step: 1, value: lever.own });
  add("code", { textContent: lever.key });
  const tell = () => {
    const own = Number(slider.value) === lever.own ? " (as in the scenario)" : "";
    value.textContent = `${lever.values[slider.value]}${own}`;
    slider.setAttribute("aria-valuetext", value.textContent);
  };
  slider.addEventListener("input", () => {
    places[i] = Number(slider.value);
    tell();
    draw();
  });
  tell();
  return slider;
}

function drawIf(data, values, places) {
  const combination = places.reduce((at, place, i) => at * data.levers[i].values.length + place, 0);
  const [levels, steps] = [data.labels.length, data.steps.length];
  const column = (level, which) => {
    const from = ((combination * levels + level) * 3 + which) * steps;
    return values.slice(from, from + steps);
  };
  const ends = data.labels.map((label, i) => endOf(data.ends, combination * levels + i, label));
  const lines = ends.map(({ label, mean }, i) => ({
    name: label,
    label,
    mean: [...column(i, 0).slice(0, -1), mean],
    low: column(i, 1),
    high: column(i, 2),
    right: null,
    wrong: null,
  }));
  const floor = Math.min(0, d3.min(values));
  const view = { ...data, form: "knowledge", colours: [0, 1, 2, 3], floor, top: 1, flags: [], lines };
  const own = places.every((place, i) => place === data.levers[i].own);
  element("if-said").textContent = said(data, ends, own);
  drawLevels(element("if-chart"), view, { heading: "" });
}

function endOf({ mean, apart, low, high, clear }, place, label) {
  return { label, mean: mean[place], by: apart[place], low: low[place], high: high[place], clear: clear[place] };
}

function said(data, ends, own) {
  if (ends[0].mean === null) return "These settings contradict each other, so nothing was simulated.";
  const at = `At ${data.word}\u00a0${data.steps.at(-1)}`;
  if (own) return `${at}: ${ends.map(({ label, mean }) => `${label} ${fixed(mean, 2)}`).join("; ")}.`;
  const places = Math.max(...ends.map(digits));
  const parts = ends.map((end) => `${end.label} ${fixed(end.mean, places)}, ${moved(end, places)}`);
  const several = data.worlds > 1;
  const where = several ? `the same ${data.worlds}\u00a0worlds, with 95\u00a0% intervals` : "this one world";
  const moving = ends.filter((end) => !isSame(end));
  const unclear = several && moving.some((end) => !end.clear);
  const among = moving.length > 1 ? `, as one of ${moving.length} differences` : "";
  const chance = unclear ? `; not clear: it may be chance${among}` : "";
  return `${at}: ${parts.join("; ")}. Differences from the scenario as it is, in ${where}${chance}.`;
}

const isSame = ({ by, low, high }) => by === 0 && !low && !high;

// As in "+0.041 (+0.012 to +0.070)", and whether that may be chance.
function moved(end, places) {
  if (isSame(end)) return "the same in every world";
  if (end.low === null) return signed(end.by, places);
  const interval = `${signed(end.low, places)} to ${signed(end.high, places)}`;
  return `${signed(end.by, places)} (${interval})${end.clear ? "" : ", not clear"}`;
}

// As lpsim/show/text/comparison.py: three where the interval is narrow, or the difference or an end would be 0.
function digits(end) {
  if (isSame(end)) return 2;
  const told = [end.by, end.low, end.high].filter((value) => value !== null);
  const narrow = end.low !== null && end.high - end.low < 0.02;
  return narrow || Math.min(...told.map(Math.abs)) < 0.005 ? 3 : 2;
}
