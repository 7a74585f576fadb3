// What the scores say about a person, and what each option would change; options are the reader's, not ours.
import { ask, el, number, PLAN_COLOURS, problemWords, sourceOf } from "./dom.js";
import { followStudy } from "./jobs.js";

const WEEKS_AHEAD = 8;
let turn = 0;

export function showBelief(place, parts, { known, plan, who, scale }, drawn) {
  if (!parts.fit) {
    place.replaceChildren(el("p", {}, "The part that learns from a person's own scores is not installed in this version, so there is no forecast here. The grey band above is what people with this condition and start do; it knows nothing of the later scores."));
    return;
  }
  const last = Math.max(0, ...known.scores.map((score) => score.hours));
  const day = Math.floor(last / 24) + 3;
  const dose = /^(?:es)?ketamine[^,]*/m.exec(plan)?.[0];
  const extras = [["Therapy every week", `CBT 50 min, weekly from day ${day} for ${WEEKS_AHEAD} weeks`], ...(dose ? [["A dose every week", `${dose}, weekly from day ${day} for ${WEEKS_AHEAD} weeks`]] : [])];
  const options = el("div", { class: "options" }, extras.map(([name, phrase], at) => el("div", { class: "field" }, el("label", { for: `option-${at}` }, `Option: ${name}`), el("textarea", { id: `option-${at}`, rows: 2, "data-name": name, value: phrase }))));
  const answer = el("div", { role: "status" });
  const button = el("button", { type: "button", class: "first", onclick: work }, "What might come, with each option");
  place.replaceChildren(el("p", { class: "quiet" }, `The model looks for virtual people who would have had these scores and follows them for ${WEEKS_AHEAD} weeks more. Each option is added to what was given; change the words as you like.`), options, el("p", {}, button), answer);

  async function work() {
    const mine = turn += 1;
    button.disabled = true;
    answer.replaceChildren(el("p", { class: "quiet" }, "Looking for people like this…"));
    const plans = { "Nothing more": plan };
    for (const box of options.querySelectorAll("textarea")) if (box.value.trim()) plans[box.dataset.name] = `${plan}\n${box.value.trim()}`;
    const given = who.given(), covariates = Object.fromEntries(Object.entries(given).filter(([name]) => ["age", "weight", "female"].includes(name)));
    try {
      const job = followStudy(await ask("/api/people/forecast", { scores: known.scores.map(({ hours, scale: name, score }) => ({ hours, scale: name, score })), options: plans, condition: who.condition.value, setting: who.setting.value, covariates, weeks: WEEKS_AHEAD, scale }), () => {});
      if ((await job.ended) !== "done" || mine !== turn) return;
      const told = await job.result();
      answer.replaceChildren(...shown(told));
      const ahead = Object.values(told.options)[0];
      drawn(ahead.bands, ahead.scale);
      document.body.dataset.forecast = "done";
    } catch (fault) { answer.replaceChildren(problemWords(fault)); }
    button.disabled = false;
  }
}

function shown(told) {
  const all = Object.entries(told.options), [, first] = all[0];
  const words = first.chances.map((chance) => chance.words);
  return [
    told.sure ? null : el("div", { class: "wrong-words" }, "Hold these bands loosely: this person is unlike the people the model knows."),
    first.track ? el("p", {}, first.track) : null, first.reliable.map((text) => el("p", {}, text)),
    el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Options" }, el("table", { class: "numbers" }, el("thead", {}, el("tr", {}, el("td", {}), all.map(([name], at) => el("th", { scope: "col", swatch: PLAN_COLOURS[at] }, name)))), el("tbody", {},
      el("tr", {}, el("th", { scope: "row" }, sourceOf(first.scale, `${first.scale} at the end, middle (eight in ten between)`)), all.map(([, one]) => el("td", {}, el("b", {}, ["middle", "low", "high"].map((name) => one.bands[name].at(-1).toFixed(1)).reduce((middle, low, at) => (at === 1 ? `${middle} (${low}` : `${middle} to ${low})`)))))),
      words.map((text, at) => el("tr", {}, el("th", { scope: "row" }, sourceOf(first.scale, `chance: ${text}`)), all.map(([, one]) => el("td", {}, one.chances[at]?.share === null ? "–" : `${Math.round(100 * one.chances[at].share)} in 100`)))),
      el("tr", {}, el("th", { scope: "row" }, "doses still to come"), all.map(([, one]) => el("td", {}, one.doses)))))),
    el("p", { class: "quiet" }, `Without any model: ${first.naive.map((one) => `${one.name} ${number(one.end)}`).join("; ")}. Where the intervals overlap, one person's course cannot tell the options apart. The order of the options means nothing.`),
    told.remarks.length ? el("details", {}, el("summary", {}, `${told.remarks.length} cautions`), el("ul", {}, told.remarks.map((text) => el("li", { class: "small" }, text)))) : null,
  ].flat().filter(Boolean);
}
