// The plan as lines of words: every line is read while it is typed, errors stand at the word, suggestions come from trials.
import { ask, el, KIND_COLOURS, later, Problem, problemWords } from "./dom.js";

const ADD = [
  ["ketamine", "ketamine 0.5 mg/kg IV over 40 min, day 1"],
  ["esketamine spray", "esketamine 84 mg intranasal, twice weekly for 4 weeks"],
  ["therapy", "CBT 50 min, 24 h after each ketamine"],
  ["exercise", "walking 30 min, daily for 4 weeks"],
  ["antidepressant", "sertraline 100 mg oral, daily, since 8 weeks before"],
  ["life event", "job loss, severity 0.6, day 20 for 2 weeks"],
];

export class Editor {
  // `changed(draft)` is told every time a plan has been read; `weeks()` says how far the calendar looks.
  constructor(place, { lines, weeks, changed, small = false }) {
    this.changed = changed;
    this.weeks = weeks;
    this.list = el("ol", { class: "lines" });
    this.problem = el("div", {});
    this.notes = el("ul", { class: "notes" });
    const adders = el("div", { class: "adders", role: "group", "aria-label": "Add to the plan" },
      (small ? ADD.slice(0, 3) : ADD).map(([words, phrase]) => el("button", { type: "button", onclick: () => this.add(phrase) }, `+ ${words}`)));
    place.append(this.list, this.problem, adders, this.notes);
    this.read = later(90, () => this.readNow());
    this.set(lines);
  }

  get lines() { return [...this.list.querySelectorAll("textarea")].map((input) => input.value.replace(/\s+/g, " ")); }

  set(lines) {
    this.list.replaceChildren(...lines.map((line) => this.row(line)));
    this.readNow();
  }

  // Only the words change, so that the place of typing stays.
  change(lines) {
    const inputs = [...this.list.querySelectorAll("textarea")];
    if (inputs.length !== lines.length || lines.some((line) => line === "")) { this.set(lines.filter((line) => line !== "")); return; }
    inputs.forEach((input, at) => { input.value = lines[at]; });
    this.readNow();
  }

  add(phrase) {
    const free = [...this.list.querySelectorAll("textarea")].find((input) => !input.value.trim());
    if (free) free.value = phrase; else this.list.append(this.row(phrase));
    (free ?? this.list.lastElementChild.querySelector("textarea")).focus();
    this.readNow();
  }

  row(text) {
    const told = el("div", { class: "told" });
    const input = el("textarea", { rows: 1, value: text, spellcheck: "false", autocomplete: "off", "aria-label": "A phrase of the plan", "aria-autocomplete": "list", placeholder: "ketamine 0.5 mg/kg IV over 40 min, twice weekly for 3 weeks" });
    const row = el("li", { class: "line" },
      el("div", { class: "line-row" }, input, el("button", { type: "button", class: "plain", "aria-label": "Take this line away", onclick: () => { row.remove(); if (!this.list.children.length) this.list.append(this.row("")); this.readNow(); } }, "×")),
      told);
    new Offers(row, input, () => this.read());
    input.addEventListener("input", () => this.read());
    return row;
  }

  async readNow() {
    const lines = this.lines;
    const turn = this.turn = (this.turn ?? 0) + 1;
    let draft;
    try {
      draft = await ask("/api/plan", { phrases: lines, weeks: this.weeks?.() ?? null });
    } catch (fault) {
      this.problem.replaceChildren(problemWords(fault));
      return;
    }
    if (turn !== this.turn) return;
    this.show(draft, lines);
    this.changed(draft, lines);
  }

  show(draft, lines) {
    [...this.list.children].forEach((row, at) => this.showLine(row, draft.lines[at], lines[at], draft));
    const whole = draft.error;
    const shown = whole && (whole.line === null || whole.line === undefined);
    this.problem.replaceChildren(...(shown ? [problemWords(new Problem(whole))] : []));
    const notes = draft.plan?.notes ?? [];
    this.notes.replaceChildren(...notes.slice(0, 4).map((note) => el("li", {}, el("strong", {}, `${note.kind}: `), note.text, note.source ? el("span", {}, ` [${note.source}]`) : null)));
  }

  showLine(row, read, text, draft) {
    if (!read) return;
    const told = row.querySelector(".told"), input = row.querySelector("textarea");
    const error = read.error ?? (draft.error?.line === read.line ? draft.error : null);
    const mine = draft.events.filter((event) => event.line === read.line && event.hours >= 0);
    row.querySelector(".line-row").style.setProperty("--swatch", KIND_COLOURS[draft.events.find((event) => event.line === read.line)?.kind] ?? "var(--hairline)");
    input.setAttribute("aria-invalid", error ? "true" : "false");
    told.classList.toggle("bad", Boolean(error));
    if (error) told.replaceChildren(...errorWords(error, text, (words) => { input.value = words; input.focus(); this.readNow(); }));
    else if (read.state === "read") told.textContent = summary(mine, draft);
    else told.textContent = "";
  }
}

function summary(events, draft) {
  if (!events.length) return draft.plan ? "began before day 1" : "";
  const first = events[0], last = events.at(-1);
  const days = first.day === last.day ? `day ${first.day}` : `days ${first.day} to ${last.day}`;
  const dose = draft.plan?.doses.find((row) => row.hours === first.hours && row.what === first.name);
  const amount = dose?.mg ? ` · ${dose.mg.toPrecision(3).replace(/\.?0+$/, "")} mg at ${draft.plan.weight_kg} kg` : "";
  return `${events.length} × ${first.name}, ${days}${first.rule ? ", if the rule says so" : ""}${amount}`;
}

// The typed words with the wrong ones marked, the reason, and a button that puts the nearest right word there.
function errorWords(error, text, use) {
  const place = error.place;
  const from = place?.column ? place.column - 1 : null;
  const parts = [];
  if (from !== null && place.line === null) {
    const end = from + Math.max(place.length ?? 1, 1);
    parts.push(el("div", {}, text.slice(0, from), el("mark", {}, text.slice(from, end) || "…"), text.slice(end)));
  }
  const better = /did you mean '(.+)'\?/.exec(error.advice ?? "")?.[1];
  parts.push(el("div", { role: "alert" }, `${error.problem}. `,
    better && from !== null ? el("button", { type: "button", onclick: () => use(text.slice(0, from) + better + text.slice(from + place.length)) }, `use “${better}”`) : error.advice ? `Try: ${error.advice}` : ""));
  if (error.expected) parts.push(el("div", { class: "quiet" }, `Expected: ${error.expected}`));
  return parts;
}

class Offers {
  constructor(row, input, taken) {
    this.input = input;
    this.taken = taken;
    this.list = el("ul", { class: "offers", role: "listbox", id: `offers-${Math.random().toString(36).slice(2)}`, hidden: true, "aria-label": "Suggestions" });
    input.setAttribute("aria-controls", this.list.id);
    row.append(this.list);
    this.look = later(110, () => this.fetch());
    input.addEventListener("input", () => this.look());
    input.addEventListener("focus", () => { if (!input.value) this.look(); });
    input.addEventListener("blur", () => setTimeout(() => this.close(), 150));
    input.addEventListener("keydown", (event) => this.key(event));
  }

  async fetch() {
    const text = this.input.value;
    const offers = await ask(`/api/plan/suggest?text=${encodeURIComponent(text)}`).catch(() => []);
    if (text !== this.input.value || document.activeElement !== this.input) return;
    this.at = -1;
    this.list.replaceChildren(...offers.map((offer, at) => el("li", { role: "option", id: `${this.list.id}-${at}`, "aria-selected": "false",
      onpointerdown: (event) => { event.preventDefault(); this.take(offer.text); } }, offer.text, el("small", {}, offer.from))));
    this.list.hidden = !offers.length;
  }

  key(event) {
    const items = [...this.list.children];
    if (event.key === "Enter") event.preventDefault();
    if (this.list.hidden || !items.length) return;
    if (event.key === "Escape") { this.close(); event.stopPropagation(); }
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      this.at = (this.at + (event.key === "ArrowDown" ? 1 : -1) + items.length) % items.length;
      items.forEach((item, at) => item.setAttribute("aria-selected", String(at === this.at)));
      this.input.setAttribute("aria-activedescendant", items[this.at].id);
      items[this.at].scrollIntoView({ block: "nearest" });
    }
    if (event.key === "Enter" && this.at >= 0) { this.take(items[this.at].firstChild.textContent); }
  }

  take(text) { this.input.value = text; this.close(); this.taken(); }
  close() { this.list.hidden = true; this.at = -1; this.input.removeAttribute("aria-activedescendant"); }
}
