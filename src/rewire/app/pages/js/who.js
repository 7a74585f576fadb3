// Who follows the plan: condition and a few traits; what is not said is typical of the condition.
import { el } from "./dom.js";

const TRAITS = [["age", "Age (years)", 18, 90], ["weight", "Body weight (kg)", 40, 160], ["failed_treatments", "Treatments that failed before", 0, 20]];
const SCALES = { MADRS: "MADRS at the start", "HAM-A": "HAM-A at the start", "CAPS-5": "CAPS-5 at the start" };
const WEEKS = [1, 2, 4, 8, 12, 16, 26, 52];

export class Who {
  // `changed()` is told when anything changes.
  constructor(place, words, start, changed) {
    this.words = words;
    this.changed = changed;
    const option = (chosen, say = (name) => name) => (name) => el("option", { value: name, selected: name === chosen }, say(name));
    const care = (name) => `${name} (${words.routine.includes(name) ? "routine care" : "as in a trial"})`;
    this.condition = el("select", { id: "condition" }, Object.keys(words.conditions).map(option(start.condition ?? "TRD")));
    this.setting = el("select", { id: "setting" }, words.settings.map(option(start.setting ?? "clinic", care)));
    this.weeks = el("select", { id: "weeks" }, WEEKS.map((weeks) => el("option", { value: weeks, selected: weeks === Number(start.weeks ?? 8) }, `${weeks} weeks`)));
    this.traits = Object.fromEntries(TRAITS.map(([name, , low, high]) => [name, el("input", { id: `trait-${name}`, type: "number", min: low, max: high, step: 1, value: start[name] ?? "", inputmode: "numeric" })]));
    this.female = el("select", { id: "trait-female" }, [["", "typical"], ["1", "female"], ["0", "male"]].map(([value, text]) => el("option", { value, selected: (start.female ?? "") === value }, text)));
    this.score = el("input", { id: "trait-score", type: "number", min: 0, max: 80, step: 1, value: start.score ?? "" });
    this.scoreLabel = el("label", { for: "trait-score" });
    const field = (label, input, id) => el("div", { class: "field" }, typeof label === "string" ? el("label", { for: id }, label) : label, input);
    place.append(el("div", { class: "who-form" },
      field("Condition", this.condition, "condition"), field("How long", this.weeks, "weeks"),
      TRAITS.map(([name, label]) => field(label, this.traits[name], `trait-${name}`)),
      field("Sex", this.female, "trait-female"), field(this.scoreLabel, this.score),
      el("div", { class: "wide" }, field("Where", this.setting, "setting"))));
    place.addEventListener("input", () => { this.label(); this.changed(); });
    this.label();
  }

  get scale() { return this.words.conditions[this.condition.value].scale; }

  label() {
    const told = this.words.conditions[this.condition.value];
    this.scoreLabel.textContent = SCALES[told.scale] ?? told.scale;
    this.score.placeholder = String(Math.round(told.baseline[told.scale] ?? 0));
    this.traits.age.placeholder = String(Math.round(told.age));
    this.traits.weight.placeholder = "typical";
    this.traits.failed_treatments.placeholder = String(told.failed_treatments);
  }

  given() {
    const found = {};
    for (const [name, input] of Object.entries(this.traits)) if (input.value !== "" && input.checkValidity()) found[name] = Number(input.value);
    if (this.female.value !== "") found.female = Number(this.female.value);
    if (this.score.value !== "") found[this.scale] = Number(this.score.value);
    return found;
  }

  people(n, typical) { return { condition: this.condition.value, n, seed: 1, given: this.given(), typical }; }

  address() {
    const found = { condition: this.condition.value, weeks: this.weeks.value };
    if (this.setting.value !== "clinic") found.setting = this.setting.value;
    for (const [name, input] of Object.entries({ ...this.traits, female: this.female, score: this.score })) if (input.value !== "") found[name] = input.value;
    return found;
  }
}
