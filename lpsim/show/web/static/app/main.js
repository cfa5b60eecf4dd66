// The page: its state, what moves it, and what is asked and drawn when it moves.
import { ask, get } from "./asking.js";
import { guide } from "./guide.js";
import { drop, record } from "./history.js";
import { showLevers } from "./levers.js";
import { player } from "../player.js";
import { by, choices, tables, tabs } from "./parts.js";
import { address, elsewhere, namesIn, question, read } from "./state.js";
import { VIEWS, awaitMorning, drawMorning } from "./views.js";
import { answered, asking, failed } from "./waiting.js";

const QUICK = 150; // milliseconds: where all worlds take longer, four are asked for first
const REST = 200; // until a lever counts as left alone
const FEW = 10; // worlds: of fewer, means lie far from those of many
const LOOKS = ["at", "band", "step"]; // what moves without a question to the server
const SAVED = { "save-scenario": "scenario.toml", "save-report": "report.html", "save-numbers": "numbers.csv" };
let start, state, showTab, showStep, timer;
let answers = {};
let slow = false;

const [ok, told] = await get("api/start");
if (ok) begin(told);
else notThere(told.error);

function notThere(sentence) {
  by("busy").textContent = "";
  say("wrong", sentence);
}

function begin(found) {
  start = found;
  say("elsewhere", elsewhere(location.search, start));
  state = read(location.search, start.scenarios, start.lesson);
  showTab = tabs(by("tabs"), (tab) => change({ tab }));
  const pace = () => Math.max(40, Math.min(160, 9000 / by("at").max));
  player(by("at"), pace, () => change({ at: Number(by("at").value) }));
  by("saving").hidden = !start.saving;
  by("class").hidden = !start.address;
  if (start.address) {
    by("address").textContent = by("address").href = start.address;
    by("code").src = "code.svg";
  }
  by("scenarios").hidden = start.scenarios.length < 2;
  choices(
    by("scenario"),
    start.scenarios.map(({ name, title }) => [name, title]),
  );
  choices(by("pick"), start.picks);
  listen();
  if (start.lesson) showStep = guide(start.lesson, state.step, change, called);
  open();
  note();
}

function listen() {
  const fresh = { at: undefined, lesson: undefined, practice: undefined };
  const changes = {
    scenario: (scenario) => ({ scenario, seeds: called(scenario).seeds, levers: {}, ...fresh }),
    seeds: (seeds) => ({ seeds }),
    seed: (seed) => ({ seed: seed.trim() || "1", lesson: undefined }),
    pick: (pick) => ({ pick, lesson: undefined }),
    number: (lesson) => ({ lesson: lesson.trim() || undefined }),
    practice: (practice) => ({ practice }),
    band: (band) => ({ band }),
  };
  for (const [id, made] of Object.entries(changes)) by(id).addEventListener("change", () => change(made(by(id).value)));
  by("reset").addEventListener("click", () => change({ levers: {} }));
  by("keep").addEventListener("click", () => {
    change({ a: { scenario: state.scenario, levers: { ...state.levers } }, tab: "compare" });
  });
  by("forget").addEventListener("click", () => {
    change({ a: null });
    by("compare").focus(); // what had the focus is gone
  });
  by("levers").addEventListener("submit", (event) => event.preventDefault());
  for (const id of ["morning", "numbers"]) by(id).addEventListener("toggle", refresh);
  by("fold").addEventListener("click", fold);
  addEventListener("resize", draw);
  addEventListener("popstate", goBack);
}

// Where it is narrow, levers can make room.
function fold() {
  const folded = document.body.classList.toggle("folded");
  by("fold").textContent = folded ? "Show the levers" : "Fold the levers";
  by("fold").setAttribute("aria-expanded", `${!folded}`);
}

// Show what the entry says that Back or Forward led to.
function goBack() {
  drop();
  const before = state.scenario;
  state = read(location.search, start.scenarios, start.lesson);
  if (state.scenario !== before) answers = {};
  showStep?.(state.step);
  open();
}

// Move to another state: looks draw what is there again, anything else asks and is what Back goes back from.
function change(more, push = true) {
  if (more.scenario && more.scenario !== state.scenario) answers = {};
  if (push) say("elsewhere");
  Object.assign(state, more);
  if (Object.keys(more).every((name) => LOOKS.includes(name))) {
    draw();
    return note({ soon: true });
  }
  open();
  note({ push });
}

// Show all that the state says.
function open() {
  const scenario = called(state.scenario);
  if (!Object.hasOwn(VIEWS, state.tab)) state.tab = "levels";
  state.at = Math.min(state.at >= 0 ? Number(state.at) : scenario.steps, scenario.steps);
  by("forget").hidden = !state.a;
  by("title").textContent = document.title = scenario.title;
  by("description").textContent = scenario.description;
  by("scenario").value = scenario.name;
  by("pick").value = state.pick;
  by("seed").value = state.seed;
  by("number").value = state.lesson ?? "";
  by("seeds").value = state.seeds;
  const at = `${scenario.name} ${state.step ?? ""}`;
  const settled = () => note({ push: true, soon: true });
  showLevers(scenario.levers, state.levers, { moved: refresh, settled }, { own: stepOf()?.levers ?? [], at });
  by("at").max = scenario.steps;
  by("at").value = state.at;
  by("at-label").textContent = scenario.step;
  showTab(state.tab);
  document.body.dataset.tab = state.tab;
  by("player").hidden = !VIEWS[state.tab].moves; // before the answer, so that the keyboard finds it at once
  refresh();
}

function called(wanted) {
  return start.scenarios.find(({ name }) => name === wanted) ?? start.scenarios[0];
}

// The step of a lesson that the page is at.
function stepOf() {
  return start.lesson?.steps[state.step ?? 0];
}

function note(how) {
  record(address(state, start.lesson), how);
}

// Ask what the tab shows; of many worlds that take long, some first.
function refresh() {
  const { tab, pick, lesson, practice = 0 } = state;
  const query = question(state);
  for (const [id, name] of Object.entries(SAVED)) by(id).href = `save/${name}?${query}`;
  const of = { lessons: { pick, ...(lesson && { lesson }) }, practices: { practice } }[tab] ?? {};
  for (const [name, value] of Object.entries(of)) query.set(name, value);
  if (by("numbers").open) query.set("tables", "1");
  clearTimeout(timer);
  asking(tab, `${query}`);
  if (tab === "compare" && by("morning").open) askMorning(query);
  if (tab !== "levels" || !slow || state.seeds !== "20") return put(tab, query);
  timer = setTimeout(() => put(tab, query), REST);
  put(tab, new URLSearchParams([...query, ["seeds", "4"]]), query); // of two values the last counts
}

function askMorning(query) {
  awaitMorning();
  const failed = (sentence) => {
    awaitMorning("");
    say("wrong", sentence);
  };
  ask("morning", query, drawMorning, failed);
}

// Ask, and draw the answer; `whole` is the question that it answers, be it in fewer worlds.
function put(tab, query, whole = query) {
  const drawn = (answer, took) => {
    if (tab === "levels" && answers.levels) slow = took * (20 / answer.levels.worlds) > QUICK;
    if (query.get("scenario") !== state.scenario) return; // another was chosen meanwhile
    answers[tab] = answer;
    if (state.tab !== tab) return; // another was opened meanwhile
    say("wrong");
    draw();
    tables(by("numbers-tables"), (by("numbers").open && answer.tables) || []);
    answered(tab, `${whole}`, query === whole ? "" : "Simulating all 20 worlds…");
    document.body.dataset.drawn = query; // what is shown now, for who waits for it
  };
  const refused = (sentence) => {
    const besides = failed(tab, `${whole}`);
    if (besides !== null) say("wrong", `${sentence} ${besides}`.trim());
  };
  ask(VIEWS[tab].asks, query, drawn, refused);
}

function draw() {
  const { tab } = state;
  const answer = answers[tab];
  by("numbers").hidden = !answer?.tables;
  by("said").hidden = !answer?.said;
  by("few").hidden = !answer?.said || state.seeds >= FEW;
  if (!answer) return;
  VIEWS[tab].draw(answer, { ...state, names: namesIn(state, stepOf()), another: start.another }, change);
  by("said").textContent = answer.said ?? "";
  by("now").textContent = state.at;
}

// Say a sentence in its place: "wrong", or "elsewhere", of what the address says that is not here; none closes it.
function say(place, sentence) {
  by(place).hidden = !sentence;
  by(place).textContent = sentence ?? "";
}
