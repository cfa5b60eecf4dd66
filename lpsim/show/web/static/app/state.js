// What the page shows, and its address: whoever opens the same address sees the same.
const PAGE = ["scenario", "seed", "seeds", "at", "tab", "pick", "lesson", "practice", "step", "band"];

// The step of a lesson that is nearest to what an address has.
export function placeIn(lesson, step) {
  return Math.min(Math.max(Math.trunc(Number(step)) || 0, 0), lesson.steps.length - 1);
}

// The state in an address; `scenarios` and `lesson` as the server tells them: an address that names a step of a lesson
// alone is that step's page, and where its lesson is not open there is none. What is wrong in it the server refuses.
export function read(text, scenarios, lesson) {
  const query = new URLSearchParams(text);
  const own = [null, lesson?.name].includes(query.get("plan")); // without a name it is one of the open lesson
  if (lesson && own && query.get("step")) query.set("step", placeIn(lesson, query.get("step")));
  else query.delete("step");
  query.delete("plan");
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

// What to say of an address of a step whose lesson is not the one that is open; nothing of any other. Who may not save
// is a pupil.
export function elsewhere(text, { lesson, saving }) {
  const plan = new URLSearchParams(text).get("plan") ?? "";
  if (plan === lesson?.name || !/^\w{1,60}$/.test(plan)) return "";
  const open = lesson ? "here another one is open, from its beginning" : "here no lesson is open";
  const opens = saving ? `What opens that one is: lpsim explore --lesson ${plan}` : "Ask your teacher for its address.";
  return `This address is of a step of the lesson “${plan}”, and ${open}. ${opens}`;
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

// The whole state, as the address of the page; a step is one of the lesson that is open.
export function address(state, lesson) {
  const query = question(state);
  for (const name of PAGE.slice(3)) if (state[name] !== undefined) query.set(name, state[name]);
  if (state.step !== undefined) query.set("plan", lesson.name);
  return `?${query}`;
}
