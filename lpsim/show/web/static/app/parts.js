// Small parts of the page; what users wrote gets there as text alone.
export const by = (id) => document.getElementById(id);

export function part(tag, attributes = {}, ...inside) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...inside);
  return made;
}

// Tables as the server tells them: a title, headings, rows and notes, all of them texts.
export function tables(container, all) {
  container.replaceChildren(
    ...all.flatMap(({ title, headings, rows, notes }) => {
      const row = ([first, ...rest]) => [
        part("th", { scope: "row" }, first),
        ...rest.map((text) => part("td", {}, text)),
      ];
      const head = part("tr", {}, ...headings.map((text) => part("th", { scope: "col" }, text)));
      const body = rows.map((cells) => part("tr", {}, ...row(cells)));
      const made = part("table", {}, part("caption", {}, title), part("thead", {}, head), part("tbody", {}, ...body));
      const around = part("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": title }, made);
      return [around, ...notes.map((text) => part("p", { class: "note" }, text))];
    }),
  );
}

// What can be chosen: pairs of a value and a text.
export function choices(select, pairs, chosen) {
  select.replaceChildren(...pairs.map(([value, text]) => part("option", { value }, text)));
  if (chosen !== undefined) select.value = chosen;
}

// Tabs as people who use a keyboard know them: arrows, Home and End move, what is reached is shown.
export function tabs(list, show) {
  const all = [...list.querySelectorAll("[role=tab]")];
  const name = (tab) => tab.getAttribute("aria-controls");
  list.addEventListener("click", ({ target }) => target.role === "tab" && show(name(target)));
  list.addEventListener("keydown", (event) => {
    const at = all.indexOf(document.activeElement);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1 + all.length, Home: 0, End: all.length - 1 }[event.key];
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    all[to % all.length].focus();
    show(name(all[to % all.length]));
  });
  return (shown) => {
    for (const tab of all) {
      tab.setAttribute("aria-selected", `${name(tab) === shown}`);
      tab.tabIndex = name(tab) === shown ? 0 : -1;
      by(name(tab)).hidden = name(tab) !== shown;
    }
  };
}
