// The page of several plans on the same people: progress, verdict, hundreds of people, numbers, figures, words.
import { $, ask, el, PLAN_COLOURS, problemWords, readAddress, writeAddress } from "./dom.js";
import { Editor } from "./editor.js";
import { startStudy } from "./jobs.js";
import { showResult } from "./compared.js";
import { Who } from "./who.js";

const FIRST = [["Six infusions", "ketamine 0.5 mg/kg IV over 40 min, twice weekly for 3 weeks"], ["With therapy", "ketamine 0.5 mg/kg IV over 40 min, twice weekly for 3 weeks\nCBT 50 min, 24 h after each ketamine"]];
const MORE = [
  ["Kept up weekly", "ketamine 0.5 mg/kg IV over 40 min, twice weekly for 3 weeks\nketamine 0.5 mg/kg IV over 40 min, weekly from week 4 for 20 weeks"],
  ["Esketamine spray", "esketamine 56 mg intranasal, day 1\nesketamine 84 mg intranasal, days 4, 8, 11, 15, 18, 22, 25\nesketamine 84 mg intranasal, weekly from week 5 for 4 weeks"],
  ["Midazolam", "midazolam 0.045 mg/kg IV over 40 min, twice weekly for 3 weeks"],
  ["A booster if it comes back", "ketamine 0.5 mg/kg IV over 40 min, twice weekly for 3 weeks\nketamine 0.5 mg/kg IV over 40 min, weekly from week 5 for 20 weeks, when PHQ-9 >= 15"],
];
const MOST = 4;

const start = readAddress();
const words = await ask("/api/vocabulary");
const who = new Who($("who"), words, { weeks: 26, ...Object.fromEntries(start) }, () => plans.forEach((plan) => plan.editor.read()));
const plans = [];
let job = null;

const names = start.getAll("name"), texts = start.getAll("plan");
const given = texts.map((text, at) => [names[at] ?? `Plan ${at + 1}`, text]);
(given.length > 1 ? given : given.length ? [...given, FIRST[given[0][1] === FIRST[0][1] ? 1 : 0]] : FIRST).slice(0, MOST).forEach(addPlan);

$("add").addEventListener("click", () => addPlan(MORE[Math.max(0, plans.length - 2) % MORE.length]));
$("offers-plans").append(el("select", { "aria-label": "Add an example", onchange: (event) => { if (event.target.value) addPlan(MORE[event.target.value]); event.target.value = ""; } },
  el("option", { value: "" }, "or one of these…"), MORE.map(([name], at) => el("option", { value: at }, name))));
$("run").addEventListener("click", run);

function addPlan([name, text]) {
  if (plans.length >= MOST) return;
  const title = el("input", { class: "plan-name", value: plans.some((plan) => plan.title.value === name) ? `${name} ${plans.length + 1}` : name, "aria-label": "Name of the plan", maxlength: 80 });
  const body = el("div", {});
  const plan = { title, draft: null };
  plan.place = el("article", { class: "sheet plan" }, el("div", { class: "row spread" }, title), body, el("button", { type: "button", class: "plain no-print", onclick: () => { plan.place.remove(); plans.splice(plans.indexOf(plan), 1); paint(); } }, "take this plan away"));
  $("plans").append(plan.place);
  plans.push(plan);
  plan.editor = new Editor(body, { lines: text.split("\n"), weeks: () => Number(who.weeks.value), small: true, changed: (draft) => { plan.draft = draft; ready(); } });
  paint();
}

function paint() {
  plans.forEach((plan, at) => plan.place.style.setProperty("--swatch", PLAN_COLOURS[at]));
  $("add").disabled = plans.length >= MOST;
  ready();
}

function ready() {
  const fine = plans.length && plans.every((plan) => plan.draft?.ok);
  $("run").disabled = !fine;
  if (!fine) return;
  const address = new URLSearchParams(who.address());
  for (const plan of plans) { address.append("name", plan.title.value); address.append("plan", plan.editor.lines.filter((line) => line.trim()).join("\n")); }
  writeAddress(address);
}

async function run() {
  if (job) { job.stop(); return; }
  const named = Object.fromEntries(plans.map((plan) => [plan.title.value.trim() || "Plan", plan.draft.text]));
  if (Object.keys(named).length < plans.length) { $("result").replaceChildren(problemWords(new Error("Two plans have the same name: give each its own."))); return; }
  const study = { kind: "compare", plans: named, people: who.people(Number($("people-count").value), false), weeks: Number(who.weeks.value), setting: who.setting.value, draws: Number($("draws").value) };
  const visits = Object.fromEntries(plans.map((plan) => [plan.title.value.trim() || "Plan", visitsOf(plan.draft, study.weeks)]));
  const began = performance.now();
  try {
    job = { stop: () => {} };
    $("run").textContent = "Stop";
    job = await startStudy(study, async (kind, status) => {
      tell(status, kind);
      if (kind === "first") show(await job.result(), visits, true, job.id);
    });
    if ((await job.ended) === "done") {
      show(await job.result(), visits, false, job.id);
      document.body.dataset.seconds = ((performance.now() - began) / 1000).toFixed(2);
    }
  } catch (fault) {
    $("result").replaceChildren(problemWords(fault));
  }
  job = null;
  $("run").textContent = "Compare";
  $("progress").hidden = true;
}

let shown = 0;
function show(result, visits, early, id) {
  const turn = early ? 1 : 2;
  if (early && shown === id) return;
  shown = turn === 2 ? id : shown;
  showResult($("result"), result, { visits, early, id, words });
  document.body.dataset.result = early ? "first" : "done";
}

function tell(status, kind) {
  const bar = $("progress");
  bar.hidden = false;
  const left = status.seconds_left === null ? "" : `, about ${Math.max(1, Math.round(status.seconds_left))} s left`;
  const text = kind === "waiting" ? `waiting, ${status.before} before this one` : `${status.first ? "working out what is not known" : "simulating"} ${status.words}${left}`;
  bar.replaceChildren(el("span", {}, text), status.total ? el("progress", { max: status.total, value: status.done, "aria-label": "progress" }) : null);
}

// Days with a dose at a clinic or a session; tablets and exercise are at home.
function visitsOf(draft, weeks) {
  const there = draft.events.filter((event) => event.hours >= 0 && event.hours < weeks * 168 && (event.kind === "session" || (event.kind === "dose" && !/ oral| sublingual/.test(event.what))));
  const rules = there.some((event) => event.rule);
  return { days: new Set(there.map((event) => event.day)).size, rules };
}
