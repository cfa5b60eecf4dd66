// What the page shows, and its address: whoever opens the same address sees the same.
const PAGE = ["scenario", "seed", "seeds", "at", "tab", "pick", "lesson", "practice", "step", "band"];

// The step of a lesson that is nearest to what an address has.
export function placeIn(lesson, step) {
  return Math.min(Math.max(Math.trunc(Number(step)) || 0, 0), lesson.steps.length - 1);
}

// The state in an address; `scenarios` and `lesson` as the server tells them: an address that names a step of a lesson
// alone is that step's page, and where no lesson is open there is none. What is wrong in it the server refuses.
export function read(text, scenarios, lesson) {
  const query = new URLSearchParams(text);
  if (lesson && query.get("step")) query.set("step", placeIn(lesson, query.get("step")));
  else query.delete("step");
  const page = query.has("scenario") ? {} : lesson?.steps[query.get("step")]?.page;
  const state = { levers: {}, a: null, seed: "1", tab: "levels", pick: "furthest", ...structuredClone(page) };
  for (const name of PAGE) if (query.get(name)) state[name] = query.get(name);
  state.scenario ??= scenarios[0].name;
  state.seeds ??= scenarios.find(({ name }) => name === state.scenario)?.seeds ?? "20";
  if (query.has("a.scenario")) state.a = { scenario: query.get("a.scenario"), levers: {} };
  for (const [name, value] of query) {
    if (PAGE.includes(name) || name === "a.scenario") continue;
    if (name.startsWith("a.")) (state.a?.levers ?? {})[name.slice(2)] = value;
    else state.levers[name] = value;
  }
  return state;
}

// What worlds are asked for, as the query of an address.
export function question(state) {
  const { scenario, seed, seeds, levers, a } = state;
  const query = new URLSearchParams({ scenario, seed, seeds, ...levers });
  if (a) query.set("a.scenario", a.scenario);
  for (const [key, value] of Object.entries(a?.levers ?? {})) query.set(`a.${key}`, value);
  return query;
}

// What a step of a lesson calls A and B, as long as they are what it made them.
export function namesIn({ scenario, levers, a }, step) {
  if (!step?.names) return undefined;
  const told = ({ scenario, levers }) => [scenario, ...Object.entries(levers).map(String).sort()].join();
  return a && told(a) === told(step.page.a) && told({ scenario, levers }) === told(step.page) ? step.names : undefined;
}

// The whole state, as the address of the page.
export function address(state) {
  const query = question(state);
  for (const name of PAGE.slice(3)) if (state[name] !== undefined) query.set(name, state[name]);
  return `?${query}`;
}
