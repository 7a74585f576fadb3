// The result of a comparison on a page.
import { ask, el, later, number, PLAN_COLOURS, problemWords, sourceOf } from "./dom.js";
import { drawFigure } from "./figures.js";
import { iconArray } from "./icons.js";

const FIGURES = [["summary", "everything"], ["scores", "scores"], ["change", "change"], ["difference", "difference"], ["response", "response"], ["dose window", "around a dose"]];
const share = (value) => Math.round(100 * value);
const kept = { figure: "summary", day: null, scale: null };
let redraw = null;
addEventListener("look", () => redraw?.());
let wide = innerWidth;
addEventListener("resize", later(400, () => { if (innerWidth !== wide) { wide = innerWidth; redraw?.(); } }));

export function showResult(place, result, told) {
  const scale = kept.scale && result.differences[kept.scale] ? kept.scale : result.scale;
  const names = Object.keys(result.plans), outcomes = Object.values(result.plans);
  const days = outcomes[0].response[scale].day;
  const day = el("input", { type: "range", id: "day", min: 0, max: days.length - 1, value: kept.day === null ? days.length - 1 : Math.min(kept.day, days.length - 1) });
  const people = el("div", { class: "hundreds" }), when = el("strong", {});
  const showDay = () => { kept.day = Number(day.value) === days.length - 1 ? null : Number(day.value); hundreds(people, when, names, outcomes, scale, Number(day.value), told.early); };
  day.addEventListener("input", showDay);
  const choose = el("select", { id: "scale", onchange: (event) => { kept.scale = event.target.value; showResult(place, result, told); } }, Object.keys(outcomes[0].scores).map((name) => el("option", { value: name, selected: name === scale }, name)));
  const figure = el("div", { class: "figure" });
  const draw = () => drawFigure(figure, `/api/studies/${told.id}/figure?name=${encodeURIComponent(kept.figure)}&scale=${encodeURIComponent(scale)}&pixels=${figure.clientWidth}`);
  redraw = told.early ? null : draw;
  const figures = FIGURES.filter(([name]) => name !== "difference" || names.length > 1);
  const tabs = el("div", { class: "choices", role: "group", "aria-label": "Which figure" }, figures.map(([name, text]) => el("button", { type: "button", "aria-pressed": String(name === kept.figure), onclick: (event) => {
    kept.figure = name;
    for (const one of tabs.children) one.setAttribute("aria-pressed", String(one === event.target));
    draw();
  } }, text)));
  const sheets = [
    el("section", { class: "sheet", "aria-label": "Verdict" }, el("h2", { class: "hidden-words" }, "Verdict"),
      (result.differences[scale] ?? []).map((one) => el("p", { class: "verdict" }, `${one.words[0].toUpperCase()}${one.words.slice(1)}.`)),
      el("p", { class: "quiet" }, told.early ? "A first result; intervals hold sampling only. What is not known about the model's numbers is being added." : !result.study.draws ? "Differences are between the same people with the same luck. Intervals hold sampling alone: what is not known about the numbers was left out." : "Differences are between the same people with the same luck. Intervals hold eight in ten of what is not known about the numbers; they do not hold the chance that the model itself is wrong."),
      el("div", { class: "row" }, el("label", { for: "scale" }, "Scale"), choose, sourceOf(scale, `Where ${scale} comes from`))),
    el("section", { class: "sheet", "aria-label": "Of 100 people" }, el("h2", { class: "hidden-words" }, "Of 100 people"), el("div", { class: "when" }, el("label", { for: "day" }, "After"), day, when), people,
      el("div", { class: "key" }, el("span", {}, el("i", { swatch: "var(--good)" }), "in remission"), el("span", {}, el("i", { swatch: "var(--blue)" }), "responded (score at least halved)"), el("span", {}, el("i", { class: "ring", swatch: "var(--hairline)" }), "not responded"), sourceOf(scale, `Where ${scale} comes from`))),
    el("section", { class: "sheet", "aria-label": "Numbers" }, el("h2", {}, "In numbers"), numbers(names, outcomes, scale, told)),
  ];
  if (!told.early) {
    const explained = el("div", { class: "in-words" });
    sheets.push(el("section", { class: "sheet", "aria-label": "Figures" }, el("div", { class: "tabs" }, el("h2", {}, "Figures"), tabs), figure),
      el("section", { class: "sheet", "aria-label": "In words" }, el("h2", {}, "In words"), explained),
      el("div", { class: "row no-print" }, el("span", { class: "quiet" }, "Save as"), ["csv", "json", "svg", "png", "pdf"].map((kind) => el("a", { class: "button", href: `/api/studies/${told.id}/file.${kind}`, download: `comparison.${kind}` }, kind.toUpperCase())), el("button", { type: "button", onclick: () => print() }, "Print")));
    explain(explained, told.id);
  }
  place.replaceChildren(...sheets);
  redraw?.();
  showDay();
}

function hundreds(place, when, names, outcomes, scale, at, early) {
  const day = outcomes[0].response[scale].day[at];
  when.textContent = day < 1 ? `${number(day * 24)} hours` : day % 7 === 0 && day >= 14 ? `${day / 7} weeks` : `${number(day)} day${day === 1 ? "" : "s"}`;
  place.replaceChildren(...names.map((name, order) => {
    const outcome = outcomes[order];
    const responded = share(outcome.response[scale].share[at]), remitted = Math.min(responded, share(outcome.remission[scale].share[at]));
    const lost = outcome.relapse[scale].share[at] === null ? null : share(outcome.relapse[scale].share[at]);
    const [low, high] = [share(outcome.response[scale].low[at]), share(outcome.response[scale].high[at])];
    return el("div", {}, el("h3", { swatch: PLAN_COLOURS[order] }, name),
      el("div", { class: "hundred" }, iconArray([[remitted, "var(--good)"], [responded - remitted, "var(--blue)"]], `${name}: of 100 people, ${responded} have responded, ${remitted} of them in remission.`),
        el("div", {}, el("p", {}, `Of 100 people like this, `, el("strong", {}, `${responded} have responded`), early ? "" : ` (${low} to ${high})`, `, ${remitted} of them in remission.`),
          lost === null ? null : el("p", { class: "quiet" }, `Of those who had responded by then, ${lost} in 100 had lost it at some time; some of them responded again.`))));
  }));
}

function numbers(names, outcomes, scale, told) {
  const last = (table) => table.at(-1);
  const interval = (band, from = last) => told.early ? "" : ` (${number(from(band.low))} to ${number(from(band.high))})`;
  const shares = (band) => band.share.at(-1) === null ? "–" : `${share(last(band.share))} %${told.early ? "" : ` (${share(last(band.low))} to ${share(last(band.high))})`}`;
  const doses = (outcome) => outcome.doses.filter((row) => row.hours >= 0 && /ketamine/.test(row.what));
  const rows = [
    [`${scale} at the start`, (one) => number(one.scores[scale].mean[0]), scale],
    [`${scale} at the end, mean`, (one) => number(last(one.scores[scale].mean)), scale],
    ["Eight in ten people end between", (one) => `${number(last(one.scores[scale].p10))} and ${number(last(one.scores[scale].p90))}`, scale],
    ["Change of the mean", (one) => number(last(one.change[scale].mean)) + interval(one.change[scale]), scale],
    ["of which by the drug itself", (one) => number(last(one.specific[scale].mean)) + interval(one.specific[scale]), scale],
    ["Responded at the end", (one) => shares(one.response[scale]), scale],
    ["In remission at the end", (one) => shares(one.remission[scale]), scale],
    ["Of those who had responded, lost it at some time", (one) => shares(one.relapse[scale]), scale],
    ["Visits (days at a clinic)", (_, name) => `${told.visits[name]?.days ?? "–"}${told.visits[name]?.rules ? " at most" : ""}`],
    ["Doses of (es)ketamine, for 70 kg", (one) => doses(one).length ? `${doses(one).length}, ${number(doses(one).reduce((sum, row) => sum + row.milligrams, 0))} mg in all` : "none"],
    ["Dissociation, largest (CADSS)", (one) => `${number(one.peaks.CADSS)} (nine in ten below ${number(one.peak_statistics.CADSS.p90)})`, "dissociation"],
    ["Systolic pressure, largest rise (mmHg)", (one) => `${number(one.peaks["SBP rise"])} (nine in ten below ${number(one.peak_statistics["SBP rise"].p90)})`, "systolic_rise"],
  ];
  return el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Numbers by plan" }, el("table", { class: "numbers" }, el("thead", {}, el("tr", {}, el("td", {}), names.map((name, at) => el("th", { scope: "col", swatch: PLAN_COLOURS[at] }, name)))),
    el("tbody", {}, rows.map(([text, value, source]) => el("tr", {}, el("th", { scope: "row" }, source ? sourceOf(source, text) : text),
      outcomes.map((one, at) => el("td", {}, el("b", {}, value(one, names[at])))))))));
}

async function explain(place, id) {
  try {
    const told = await ask(`/api/studies/${id}/words`);
    place.replaceChildren(...told.words.map((text) => el("p", {}, text)), el("details", {}, el("summary", {}, `${told.sources.length} sources behind these numbers`),
      el("ul", {}, told.sources.map((text) => el("li", { class: "small" }, linked(text))))));
  } catch (fault) { place.replaceChildren(problemWords(fault)); }
}

function linked(text) {
  const address = /https?:\/\/\S+$/.exec(text)?.[0];
  return address ? [text.slice(0, -address.length), el("a", { href: address, rel: "noreferrer noopener", target: "_blank" }, address)] : [text];
}
