// Every published trial against the model: what was found, what is predicted, and whether the interval holds it.
import { el, number, problemWords, svg } from "./dom.js";
import { scoreAll } from "./jobs.js";

const USES = { test: "kept apart: the real test", calibrate: "the model was adjusted with these in view: no test", prior: "these shaped what the model starts from" };
const kept = { card: null, job: null };

export function drawScorecard(words, count) {
  const place = el("div", {});
  if (kept.card) place.append(...table(kept.card, words, count));
  else { count.textContent = ""; place.append(opening(place, words, count)); }
  return [place];
}

function opening(place, words, count) {
  const told = el("div", { role: "status" });
  const button = el("button", { type: "button", class: "first", onclick: async () => {
    button.disabled = true;
    try {
      const job = await scoreAll((kind, status) => {
        const left = status.seconds_left === null ? "" : `, about ${Math.max(1, Math.round(status.seconds_left))} s left`;
        told.replaceChildren(el("p", { class: "quiet" }, kind === "waiting" ? "waiting" : `${status.done} of ${status.total || "…"} trials${left}`), el("progress", { max: status.total || 1, value: status.done, "aria-label": "progress" }));
      });
      if ((await job.ended) === "done") { kept.card = await job.result(); place.replaceChildren(...table(kept.card, words, count)); document.body.dataset.scorecard = "done"; }
    } catch (fault) { told.replaceChildren(problemWords(fault)); }
    button.disabled = false;
  } }, "Simulate every published trial");
  return el("div", {}, el("p", {}, "Each trial is simulated as it was done: its people, its arms, its masking, virtual trials of its size. Then what was found is set beside what the model expects. It takes about a minute or two."), el("p", {}, button), told);
}

function table(card, words, count) {
  const rows = card.rows.filter((row) => row.predicted !== null && words.every((word) => JSON.stringify(row).toLowerCase().includes(word)));
  count.textContent = `${rows.length} published numbers`;
  return Object.keys(USES).flatMap((use) => {
    const mine = rows.filter((row) => row.use === use);
    if (!mine.length) return [];
    const inside = mine.filter((row) => row.inside).length;
    return [el("h3", {}, `${use}: ${inside} of ${mine.length} inside the interval that should hold eight in ten`), el("p", { class: "quiet small" }, USES[use]),
      el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": `Trials, ${use}` }, el("table", { class: "scored" }, el("thead", {}, el("tr", {}, ["trial", "arm", "measure", "found", "model", "eight in ten", ""].map((text) => el("th", { scope: "col" }, text)))),
        el("tbody", {}, mine.map((row) => el("tr", {}, el("td", {}, row.trial), el("td", {}, row.arm), el("td", {}, `${row.scale} ${row.measure}${row.at === null ? "" : row.at < 48 ? `, ${number(row.at)} h` : `, day ${number(row.at / 24)}`}`), el("td", { class: "number" }, number(row.observed)), el("td", { class: "number" }, number(row.predicted)), el("td", {}, interval(row)), el("td", {}, el("span", { class: `tag ${row.inside ? "strong" : "assumed"}` }, row.inside ? "inside" : "outside")))))))];
  });
}

// The interval as a bar, the middle as a stroke, what was found as a dot; each row on its own scale.
function interval(row) {
  const low = Math.min(row.p10, row.observed), high = Math.max(row.p90, row.observed), pad = (high - low) * 0.12 || 1;
  const x = (value) => 150 * ((value - low + pad) / (high - low + 2 * pad));
  return svg("svg", { viewBox: "0 0 150 16", width: 150, height: 16, role: "img", "aria-label": `${number(row.p10)} to ${number(row.p90)}, found ${number(row.observed)}` },
    svg("rect", { x: x(row.p10), width: Math.max(1, x(row.p90) - x(row.p10)), y: 5, height: 6, rx: 3, fill: "var(--blue)", opacity: 0.3 }), svg("line", { x1: x(row.predicted), x2: x(row.predicted), y1: 2, y2: 14, stroke: "var(--blue)", "stroke-width": 2 }), svg("circle", { cx: x(row.observed), cy: 8, r: 4, fill: row.inside ? "var(--good)" : "var(--orange)" }));
}
