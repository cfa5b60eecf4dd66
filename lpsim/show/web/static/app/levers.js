// The levers of a scenario, in words.
import { by, part } from "./parts.js";

const FIRST = 6;

// Show levers as they are set; `set` (texts by key) follows them, and `moved` is called when it did.
export function showLevers(levers, set, moved) {
  const rows = levers.map((lever) => row(lever, set, moved));
  by("first").replaceChildren(...rows.slice(0, FIRST));
  by("others").replaceChildren(...rows.slice(FIRST));
  by("more").hidden = rows.length <= FIRST;
  if (levers.slice(FIRST).some(({ key }) => key in set)) by("more").open = true;
}

function row({ key, name, unit, meaning, value, low, high, step }, set, moved) {
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
    moved();
  });
  show();
  return whole;
}
