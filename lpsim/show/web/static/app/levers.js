// The levers of a scenario, in words.
import { by, part } from "./parts.js";

const FIRST = 6;

const shown = { at: undefined, front: [] };

// Show levers as they are set; `set` (texts by key) follows them, `told.moved` is called whenever it did, and
// `told.settled` when one was let go. `own` are the keys that a lesson's step is about: they stand first. The first
// others, and those that are moved when `at` (scenario and step) is new, stand before "more…".
export function showLevers(levers, set, told, { own, at }) {
  const others = levers.filter(({ key }) => !own.includes(key));
  if (shown.at !== at) {
    shown.at = at;
    shown.front = others.filter(({ key }, i) => i < FIRST || key in set).map(({ key }) => key);
    by("more").open = false;
  }
  const rows = (all) => all.map((lever) => row(lever, set, told));
  const behind = others.filter(({ key }) => !shown.front.includes(key));
  by("step-levers").replaceChildren(...rows(levers.filter(({ key }) => own.includes(key))));
  by("own").hidden = !by("step-levers").children.length;
  by("levers-heading").textContent = by("own").hidden ? "Levers" : "Other levers";
  by("first").replaceChildren(...rows(others.filter(({ key }) => shown.front.includes(key))));
  by("others").replaceChildren(...rows(behind));
  by("more").hidden = !behind.length;
}

function row({ key, name, unit, meaning, value, low, high, step }, set, told) {
  const id = `lever-${key}`;
  const output = part("output", { for: id });
  const words = [`${name}: `, output, " ", part("span", { class: "unit" }, unit)];
  const input = part("input", { type: "range", id, min: low, max: high, step });
  const whole = part("p", { class: "lever" }, part("label", { for: id, title: `${key}: ${meaning}` }, ...words), input);
  const show = () => {
    output.textContent = input.value;
    whole.classList.toggle("moved", Number(input.value) !== value);
    input.setAttribute("aria-valuetext", `${input.value} ${unit}`);
  };
  input.value = set[key] ?? value;
  input.addEventListener("input", () => {
    if (Number(input.value) === value) delete set[key];
    else set[key] = input.value;
    show();
    told.moved();
  });
  input.addEventListener("change", told.settled);
  show();
  return whole;
}
