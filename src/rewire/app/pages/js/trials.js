// One published trial: who, what, and what was found.
import { el, problemWords } from "./dom.js";
import { scoreTrial } from "./jobs.js";
import { interval, measureWords, table, timeWords, valueWords, verdict } from "./measures.js";

// `open` shows the whole trial at once: it was asked for by name.
export function showTrial(trial, open) {
  const body = el("div", {}), scored = el("div", { role: "status" });
  const fill = () => {
    if (body.children.length) return;
    body.append(el("p", {}, el("a", { href: trial.address, target: "_blank", rel: "noreferrer noopener" }, trial.citation)), trial.note ? el("p", { class: "quiet" }, trial.note) : "",
      el("div", { class: "scroll" }, el("table", {}, el("tbody", {}, trial.arms.map((arm) => el("tr", {}, el("th", { scope: "row" }, arm.name), el("td", {}, `${arm.n} people, ${arm.masking}`), el("td", {}, arm.plan.map((phrase) => el("div", {}, phrase)))))))),
      table(`Results of ${trial.name}`, ["what", "found", "interval", "status"], trial.results.map((row) => [[`${row.arms.join(" v ")}: ${row.scale} ${row.measure}, ${timeWords(row.at_day === null ? null : row.at_day * 24, row.from_day === null ? null : row.from_day * 24)} `, row.headline ? el("span", { class: "tag" }, "primary") : null], valueWords(row.measure, row.value),
        row.ci95 ? row.ci95.map((end) => valueWords(row.measure, end)).join(" to ") : row.se ? `SE ${row.se}` : "", el("span", { class: `tag ${row.status === "recalled" ? "assumed" : "reported"}` }, row.status)])),
      trial.assumed.length ? el("p", { class: "quiet small" }, `Not said by the file: ${trial.assumed.join("; ")}.`) : "",
      el("div", { class: "row" }, el("button", { type: "button", onclick: (event) => score(trial, event.target, scored) }, "Does the model find the same?"), trial.arms.length > 1 ? el("a", { href: compareAddress(trial) }, "Compare its arms") : ""), scored);
  };
  if (open) fill();
  return el("details", { class: "trial", open, ontoggle: fill }, el("summary", {}, el("strong", {}, trial.name), ` ${trial.diagnosis}, ${trial.n} people, ${trial.design} `, el("span", { class: "tag" }, trial.use)), body);
}

function compareAddress(trial) {
  const address = new URLSearchParams({ condition: trial.diagnosis, weeks: "4" });
  for (const arm of trial.arms.slice(0, 4)) { address.append("name", arm.name); address.append("plan", arm.plan.join("\n")); }
  return `/compare#${address}`;
}

// The trial simulated as it was done, beside what was found.
async function score(trial, button, place) {
  button.disabled = true;
  place.replaceChildren(el("p", { class: "quiet" }, "Simulating the trial as it was done…"));
  try {
    const job = await scoreTrial(trial.name, () => {});
    if ((await job.ended) !== "done") return;
    const card = await job.result();
    place.replaceChildren(table(`${trial.name}, simulated`, ["what", "found", "model", "eight in ten", ""], card.rows.map((row) => [`${row.arm}: ${measureWords(row)}`, valueWords(row.measure, row.observed), valueWords(row.measure, row.predicted), interval(row), verdict(row)])),
      el("p", { class: "quiet small" }, trial.use === "calibrate" ? "The model was adjusted with this trial in view: agreement here is no test." : trial.use === "test" ? "This trial was kept apart from the model." : "This trial shaped what the model starts from."));
  } catch (fault) { place.replaceChildren(problemWords(fault)); }
  button.disabled = false;
}
