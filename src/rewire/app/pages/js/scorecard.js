// The model held against what was published: every trial, the ten facts, and what was said before it was known.
import { ask, el, problemWords } from "./dom.js";
import { scoreAll, scoreFacts } from "./jobs.js";
import { errorWords, interval, measureWords, table, trialLink, valueWords, verdict } from "./measures.js";

const USES = { test: "kept apart: the real test", calibrate: "the model was adjusted with these in view: no test", prior: "these shaped what the model starts from" };
const COLUMNS = ["what", "trial", "found", "model", "eight in ten", ""];
const PARTS = { trials: "published trials", facts: "ten facts", register: "said before it was known" };
const kept = { part: "trials", card: null, facts: null, scored: null, register: null };

export async function drawScorecard(fits, count) {
  kept.facts ??= await ask("/api/facts");
  kept.register ??= await ask("/api/register");
  count.textContent = "";
  const place = el("section", { "aria-live": "polite" }), draw = { trials: drawTrials, facts: drawFacts, register: drawRegister };
  const again = () => {
    for (const button of parts.children) button.setAttribute("aria-pressed", String(button.dataset.part === kept.part));
    place.replaceChildren(...draw[kept.part](fits, again).flat().filter(Boolean));
  };
  const parts = el("div", { class: "choices", role: "group", "aria-label": "Held against what" }, Object.entries(PARTS).map(([part, text]) => el("button", { type: "button", "data-part": part, onclick: () => { kept.part = part; again(); } }, text)));
  again();
  return [el("div", { class: "proofs" }, parts, place)];
}

// A button that starts a study and tells how it goes; `done` is given the result.
function studyButton(words, start, unit, done) {
  const told = el("div", { role: "status" });
  const button = el("button", { type: "button", class: "first", onclick: async () => {
    button.disabled = true;
    try {
      const job = await start((kind, status) => {
        const left = status.seconds_left === null ? "" : `, about ${Math.max(1, Math.round(status.seconds_left))} s left`;
        told.replaceChildren(el("p", { class: "quiet" }, kind === "waiting" ? "waiting" : `${status.done} of ${status.total || "…"} ${unit}${left}`), el("progress", { max: status.total || 1, value: status.done, "aria-label": "progress" }));
      });
      if ((await job.ended) === "done") done(await job.result());
    } catch (fault) { told.replaceChildren(problemWords(fault)); }
    button.disabled = false;
  } }, words);
  return el("div", {}, button, told);
}

const cells = (row) => [el("span", {}, row.arm, ": ", measureWords(row), row.status && row.status !== "verified" ? [" ", el("span", { class: "tag assumed" }, row.status)] : null), row.address ? el("a", { href: row.address, title: row.citation, target: "_blank", rel: "noreferrer noopener" }, row.trial) : trialLink(row.trial),
  valueWords(row.measure, row.observed), valueWords(row.measure, row.predicted), interval(row), verdict(row)];

function drawTrials(fits, again) {
  const head = [el("h2", {}, "Every published trial"), el("p", {}, "Each trial is simulated as it was done: its people, its arms, its masking, virtual trials of its size. Then what was found is set beside what the model expects.")];
  if (!kept.card) return [...head, studyButton("Simulate every published trial", scoreAll, "trials", (card) => { kept.card = card; again(); document.body.dataset.scorecard = "done"; }), el("p", { class: "quiet small" }, "It takes about a minute or two.")];
  const rows = kept.card.rows.filter((row) => row.predicted !== null && fits(row));
  return [...head, ...Object.keys(USES).flatMap((use) => {
    const mine = rows.filter((row) => row.use === use), inside = mine.filter((row) => row.inside).length;
    return mine.length ? [el("h3", {}, `${use[0].toUpperCase()}${use.slice(1)}: ${inside} of ${mine.length} inside the interval that should hold eight in ten`), el("p", { class: "quiet small" }, `${USES[use][0].toUpperCase()}${USES[use].slice(1)}. ${errorWords(mine)}`), table(`Trials, ${use}`, COLUMNS, mine.map(cells))] : [];
  })];
}

function drawFacts(fits, again) {
  const scored = kept.scored, shown = scored?.facts ?? kept.facts;
  const sources = new Map(kept.facts.flatMap((fact) => fact.rows).map((row) => [row.trial, row]));
  const sourced = (row) => ({ ...row, address: sources.get(row.trial)?.address, citation: sources.get(row.trial)?.citation });
  return [el("h2", {}, "Ten facts that one set of numbers must meet together"),
    scored ? el("p", {}, `${scored.summary.inside} of ${scored.summary.rows} rows inside the interval that should hold eight in ten; ${scored.summary.facts_met} of ${scored.summary.facts} facts met in every row. Nothing was fitted for this.`) : studyButton("Simulate the ten facts", scoreFacts, "trials", (told) => { kept.scored = told; again(); document.body.dataset.facts = "done"; }),
    ...shown.map((fact, at) => [fact, at]).filter(([fact]) => fits(fact)).map(([fact, at]) => el("article", { class: "fact" }, el("h3", {}, `${at + 1}. ${fact.title}`), el("p", {}, fact.statement),
      table(`Fact ${at + 1}: ${fact.title}`, scored ? COLUMNS : COLUMNS.slice(0, 3), fact.rows.map(sourced).map((row) => (scored ? cells(row) : cells({ ...row, p10: null, reason: "" }).slice(0, 3)))),
      fact.rows.filter((row) => row.explanation).map((row) => el("p", { class: "small" }, el("strong", {}, `${row.arm}, ${measureWords(row)}: `), row.explanation)), fact.unscored ? el("p", { class: "quiet small" }, `Without a row: ${fact.unscored}`) : null))];
}

function drawRegister(fits) {
  const { entries, trials } = kept.register;
  const entry = (one) => [el("h3", {}, `Said on ${one.date}`), el("p", { class: "quiet small" }, `${one.model}. Fingerprint ${one.digest.slice(0, 12)}.`),
    table(`Predictions of ${one.date}`, ["what", "trial", "model", "eight in ten", "19 in 20"], one.rows.filter(fits).map((row) => [row.what, row.trial, row.predicted, row["80"], row["95"]]))];
  return [el("h2", {}, "Said before it was known"), el("p", {}, "Predictions of trials whose results are not known to this project. Each entry is dated and holds the fingerprint of the one before, so that none can be changed afterwards unnoticed. A star marks the primary outcome."),
    entries.length ? entry(entries[0]) : el("p", { class: "quiet" }, "There is no entry yet."),
    entries.length > 1 ? el("details", {}, el("summary", {}, `${entries.length - 1} older entries`), entries.slice(1).map(entry)) : null,
    el("h3", {}, "The trials"), trials.filter(fits).map((trial) => el("article", { class: "fact" }, el("p", {}, el("strong", {}, trial.name), `: ${trial.diagnosis}, ${trial.n} people. `, trial.address ? el("a", { href: trial.address, target: "_blank", rel: "noreferrer noopener" }, trial.citation) : trial.citation), el("p", { class: "quiet small" }, trial.note)))];
}
