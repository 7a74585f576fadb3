// The page of one plan: words, calendar, person, cascade, and two hundred others.
import { $, ask, el, later, momentWords, nearest, number, problemWords, readAddress, sourceOf, writeAddress } from "./dom.js";
import { Brain, Score, Valley, valleyAt } from "./brain.js";
import { Calendar } from "./calendar.js";
import { hideCard, showCard } from "./card.js";
import { Cascade } from "./cascade.js";
import { Editor } from "./editor.js";
import { iconArray } from "./icons.js";
import { startStudy } from "./jobs.js";
import { Who } from "./who.js";

const EXAMPLES = {
  "six infusions": ["ketamine 0.5 mg/kg IV over 40 min, twice weekly for 3 weeks"],
  "with therapy": ["ketamine 0.5 mg/kg IV over 40 min, twice weekly for 3 weeks", "CBT 50 min, 24 h after each ketamine"],
  "esketamine spray": ["esketamine 56 mg intranasal, day 1", "esketamine 84 mg intranasal, days 4, 8, 11, 15, 18, 22, 25", "esketamine 84 mg intranasal, weekly from week 5 for 4 weeks"],
};
const VIEWS = [["all", "whole course"], ["168", "1 week"], ["72", "3 days"], ["12", "12 hours"]];
const OTHERS = 200;

const state = { view: "all", hour: 24, draft: null, person: null, lines: [] };
const start = readAddress();
const words = await ask("/api/vocabulary");
const brain = new Brain($("brain")), valley = new Valley($("valley")), score = new Score($("score"));
const cascade = new Cascade($("cascade"), {
  moved: (hour) => setHour(hour),
  asked: (line, panel, where, passing) => showCard(line, panel, line && line.values[nearest(state.person.hours, state.hour)], where, passing),
});
$("cascade").addEventListener("pointerleave", () => showCard(null, null, null, null, true));
const calendar = new Calendar($("calendar"), { move: moveEvent, look: (hours) => { setHour(hours); } });
const who = new Who($("who"), words, Object.fromEntries(start), later(200, () => editor.readNow()));
const editor = new Editor($("editor"), {
  lines: start.get("plan")?.split("\n") ?? EXAMPLES["six infusions"],
  weeks: () => Number(who.weeks.value),
  changed: planRead,
});

$("examples").append(el("select", { "aria-label": "Start from an example", onchange: (event) => { if (event.target.value) editor.set(EXAMPLES[event.target.value]); } },
  el("option", { value: "" }, "examples…"), Object.keys(EXAMPLES).map((name) => el("option", { value: name }, name))));
$("views").append(...VIEWS.map(([value, text]) => el("button", { type: "button", "aria-pressed": String(value === state.view), "data-view": value, onclick: () => setView(value) }, text)));
$("hour").addEventListener("input", () => { const [low, high] = range(); setHour(low + (Number($("hour").value) / 1000) * (high - low)); });
addEventListener("ready", () => editor.readNow());

function study(n, typical) {
  return { kind: n === 1 ? "run" : "compare", plans: { plan: state.draft.text ?? "" }, people: who.people(n, typical), weeks: Number(who.weeks.value), setting: who.setting.value, draws: 0 };
}

function planRead(draft, lines) {
  Object.assign(state, { draft, lines });
  calendar.show(draft.events, Number(who.weeks.value), Math.floor((state.hour + 9) / 24) + 1);
  if (!draft.ok) return;
  writeAddress({ plan: lines.filter((line) => line.trim()).join("\n"), ...who.address() });
  onward();
  follow();
  others();
}

async function follow() {
  const turn = state.turn = (state.turn ?? 0) + 1;
  state.asked?.abort();
  state.asked = new AbortController();
  try {
    const person = await ask("/api/person", study(1, true), { signal: state.asked.signal });
    if (turn !== state.turn) return;
    state.person = person;
    state.top = Math.max(...person.landscape.height.flat().filter((value) => value < 1.2), 0.3);
    cascade.show(person, state.draft.events, range());
    setHour(Math.min(state.hour, person.hours.at(-1)));
    document.body.dataset.drawn = String(turn);
  } catch (fault) {
    if (fault.name !== "AbortError") $("cascade").replaceChildren(problemWords(fault)), (cascade.key = null);
  }
}

const others = later(500, async () => {
  const turn = state.crowd = (state.crowd ?? 0) + 1;
  await state.job?.stop();
  try {
    const job = state.job = await startStudy(study(OTHERS, false), () => {});
    if ((await job.ended) !== "done" || turn !== state.crowd) return;
    showOthers(await job.result());
  } catch (fault) {
    if (turn === state.crowd) $("crowd-body").replaceChildren(problemWords(fault));
  }
});

function showOthers(result) {
  const outcome = result.plans.plan, scale = result.scale;
  const curve = outcome.scores[scale];
  cascade.setBand({ scale, hours: curve.day.map((day) => day * 24), low: curve.p10, high: curve.p90 });
  const at = (table) => Math.round(100 * table[scale].share.at(-1));
  const responded = at(outcome.response), remitted = at(outcome.remission), weeks = who.weeks.value;
  $("crowd-body").replaceChildren(el("div", { class: "crowd" },
    iconArray([[remitted, "var(--good)"], [Math.max(0, responded - remitted), "var(--blue)"]], `Of 100 people, ${responded} have responded, of whom ${remitted} are in remission.`),
    el("div", {},
      el("p", { class: "lead" }, `Of 100 people like this, ${responded} have their ${scale} at least halved after ${weeks} weeks; ${remitted} are in remission.`),
      el("p", { class: "quiet" }, `Mean ${scale} ${number(curve.mean[0])} at the start, ${number(curve.mean.at(-1))} at the end; eight in ten people lie between ${number(curve.p10.at(-1))} and ${number(curve.p90.at(-1))} (the band above). `, sourceOf(scale, `Where ${scale} comes from`)),
      el("p", { class: "quiet" }, "Largest ", sourceOf("dissociation"), ` ${number(outcome.peaks.CADSS)} CADSS points and `, sourceOf("systolic_rise", "systolic rise"), ` ${number(outcome.peaks["SBP rise"])} mmHg, on average.`),
      el("div", { class: "key" }, el("span", {}, el("i", { swatch: "var(--good)" }), "in remission"), el("span", {}, el("i", { swatch: "var(--blue)" }), "responded"), el("span", {}, el("i", { class: "ring", swatch: "var(--hairline)" }), "neither")))));
  document.body.dataset.crowd = String(state.crowd);
}

async function moveEvent(event, day, whole, then) {
  try {
    const moved = await ask("/api/plan/move", { phrases: state.lines, line: event.line, day: event.day, to: day, all: whole, weeks: Number(who.weeks.value) });
    editor.change(moved.phrases);
    $("calendar-words").textContent = day === null ? `${event.name} of day ${event.day} taken away.` : `${event.name} moved to day ${day}.`;
    if (then) setTimeout(() => $("calendar").querySelector(`[data-key="${CSS.escape(then)}"]`)?.focus(), 180);
  } catch (fault) {
    $("calendar-words").textContent = [fault.message, fault.told?.expected && `expected: ${fault.told.expected}`].filter(Boolean).join("; ");
  }
}

function range() {
  const end = state.person ? state.person.hours.at(-1) : Number(who.weeks.value) * 168;
  if (state.view === "all") return [0, end];
  const span = Number(state.view);
  return [Math.min(state.from ?? 0, Math.max(0, end - span)), Math.min((state.from ?? 0) + span, end)];
}

function setView(view) {
  const doses = (state.draft?.events ?? []).filter((event) => event.kind === "dose" && event.hours >= 0 && event.hours <= state.hour + 0.01);
  state.view = view;
  state.from = doses.at(-1)?.hours ?? 0;
  for (const button of $("views").children) button.setAttribute("aria-pressed", String(button.dataset.view === view));
  cascade.show(state.person, state.draft.events, range());
  const [low, high] = range();
  setHour(Math.min(Math.max(state.hour, low), high));
}

function setHour(hour) {
  state.hour = hour;
  const person = state.person;
  if (!person) return;
  const [low, high] = range(), at = nearest(person.hours, hour);
  $("hour").value = Math.round(((hour - low) / (high - low)) * 1000);
  $("hour").setAttribute("aria-valuetext", momentWords(hour));
  $("now-words").textContent = momentWords(hour);
  cascade.mark(hour);
  brain.show(Object.fromEntries(Object.entries(person.brain).map(([name, values]) => [name, values[at]])), person.window[at]);
  valley.show(person.landscape.mood, valleyAt(person.landscape, hour), person.mood[at], state.top);
  const scale = person.study.scale, curve = person.scores[scale].values;
  score.show(scale, curve[at], curve[0], words.scales[scale].maximum, person.remission[scale]);
  calendar.mark(Math.floor((hour + 9) / 24) + 1);
}

$("play").addEventListener("click", () => {
  if (state.playing) { cancelAnimationFrame(state.playing); state.playing = 0; } else {
    hideCard();
    let last = performance.now();
    if (state.hour >= range()[1] - 0.01) setHour(range()[0]);
    const step = (now) => {
      const [low, high] = range(), hour = state.hour + ((now - last) / 12000) * (high - low);
      last = now;
      setHour(Math.min(hour, high));
      if (hour < high) state.playing = requestAnimationFrame(step); else { state.playing = 0; play(); }
    };
    state.playing = requestAnimationFrame(step);
  }
  play();
});
function play() {
  $("play").textContent = state.playing ? "❚❚ pause" : "▶ play";
  $("play").setAttribute("aria-pressed", String(Boolean(state.playing)));
}

function onward() {
  const address = new URLSearchParams(who.address());
  address.append("plan", state.lines.filter((line) => line.trim()).join("\n"));
  address.append("name", "This plan");
  $("onward").replaceChildren(el("a", { class: "button first", href: `/compare#${address}` }, "Compare it with other plans"),
    el("button", { type: "button", onclick: save }, "Save the plan as a file"), el("button", { type: "button", onclick: () => print() }, "Print"));
}

async function save() {
  const text = state.draft.text.startsWith("rewire:") ? state.draft.text : `rewire: 1\ncourse:\n${state.draft.plan.plan.course.map((phrase) => `  - ${phrase}\n`).join("")}${["background", "life"].map((part) => state.draft.plan.plan[part].length ? `${part}:\n${state.draft.plan.plan[part].map((phrase) => `  - ${phrase}\n`).join("")}` : "").join("")}`;
  const link = el("a", { href: URL.createObjectURL(new Blob([text], { type: "text/yaml" })), download: "plan.yaml" });
  link.click();
  URL.revokeObjectURL(link.href);
}
