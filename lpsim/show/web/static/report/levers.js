// What if: sliders over a grid that was simulated beforehand, one byte a value.
import { signed, written } from "../draw/axes.js";
import { drawLevels } from "../draw/levels.js";

const NONE = 255;
const element = (id) => document.getElementById(id);

// data: lpsim/show/web/panels/levers.py. Returns what draws it anew.
export function showLevers(data) {
  const grid = { values: unpacked(data.values), apart: unpacked(data.apart) };
  const places = data.levers.map((lever) => lever.own);
  const draw = () => drawIf(data, grid, places);
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

function drawIf(data, { values, apart }, places) {
  const combination = places.reduce((at, place, i) => at * data.levers[i].values.length + place, 0);
  const [levels, steps] = [data.labels.length, data.steps.length];
  const column = (level, which) => {
    const from = ((combination * levels + level) * 3 + which) * steps;
    return values.slice(from, from + steps);
  };
  const lines = data.labels.map((label, i) => ({
    name: label,
    label,
    mean: column(i, 0),
    low: column(i, 1),
    high: column(i, 2),
    right: null,
    wrong: null,
  }));
  const floor = Math.min(0, d3.min(values));
  const view = { ...data, form: "knowledge", colours: [0, 1, 2, 3], floor, top: 1, flags: [], lines };
  element("if-said").textContent = said(
    data,
    lines,
    apart.slice(combination * levels * 3, (combination + 1) * levels * 3),
  );
  drawLevels(element("if-chart"), view, { heading: "" });
}

function said(data, lines, apart) {
  if (lines[0].mean[0] === null) return "These settings contradict each other, so nothing was simulated.";
  const moved = (by) => Math.abs(by) >= 0.005;
  const parts = lines.map(({ label, mean }, i) => {
    const [by, low, high] = apart.slice(3 * i, 3 * i + 3);
    const interval = low === null ? "" : ` (${signed(low, 2)} to ${signed(high, 2)})`;
    const change = moved(by) ? `, ${signed(by, 2)}${interval}` : "";
    return `${label} ${written(mean.at(-1), "knowledge")}${change}`;
  });
  const where = data.worlds > 1 ? `the same ${data.worlds} worlds, with 95 % intervals` : "this one world";
  const note = `Differences from the scenario as it is, in ${where}.`;
  const some = lines.some((_, i) => moved(apart[3 * i]));
  return `At ${data.word} ${data.steps.at(-1)}: ${parts.join("; ")}. ${some ? note : ""}`;
}
