// One published trial: who, what, and what was found.
import { el, number, problemWords } from "./dom.js";
import { scoreTrial } from "./jobs.js";

export function showTrial(trial) {
  const body = el("div", {}), scored = el("div", { role: "status" });
  const fill = () => {
    if (body.children.length) return;
    body.append(el("p", {}, el("a", { href: trial.address, target: "_blank", rel: "noreferrer noopener" }, trial.citation)), trial.note ? el("p", { class: "quiet" }, trial.note) : "",
      el("div", { class: "scroll" }, el("table", {}, el("tbody", {}, trial.arms.map((arm) => el("tr", {}, el("th", { scope: "row" }, arm.name), el("td", {}, `${arm.n} people, ${arm.masking}`), el("td", {}, arm.plan.replace(/^rewire: 1\ncourse:\n/, "").replaceAll("  - ", ""))))))),
      el("div", { class: "scroll" }, el("table", {}, el("thead", {}, el("tr", {}, ["arm", "scale", "measure", "day", "value", "interval", "status"].map((text) => el("th", { scope: "col" }, text)))),
        el("tbody", {}, trial.results.map((row) => el("tr", {}, el("td", {}, row.arms.join(" – ")), el("td", {}, row.scale), el("td", {}, row.measure, row.headline ? el("span", { class: "tag" }, "primary") : null), el("td", { class: "number" }, row.at_day === null ? "" : number(row.at_day)), el("td", { class: "number" }, number(row.value)),
          el("td", {}, row.ci95 ? `${row.ci95[0]} to ${row.ci95[1]}` : row.se ? `SE ${row.se}` : ""), el("td", {}, el("span", { class: `tag ${row.status === "recalled" ? "assumed" : "reported"}` }, row.status))))))),
      trial.assumed.length ? el("p", { class: "quiet small" }, `Not said by the file: ${trial.assumed.join("; ")}.`) : "",
      el("div", { class: "row" }, el("button", { type: "button", onclick: (event) => score(trial, event.target, scored) }, "Does the model find the same?"), trial.arms.length > 1 ? el("a", { href: compareAddress(trial) }, "Compare its arms") : ""), scored);
  };
  return el("details", { class: "trial", ontoggle: fill }, el("summary", {}, el("strong", {}, trial.name), ` ${trial.diagnosis}, ${trial.n} people, ${trial.design} `, el("span", { class: "tag" }, trial.use)), body);
}

function compareAddress(trial) {
  const address = new URLSearchParams({ condition: trial.diagnosis, weeks: "4" });
  for (const arm of trial.arms.slice(0, 4)) { address.append("name", arm.name); address.append("plan", arm.plan.startsWith("rewire:") ? [...arm.plan.matchAll(/^ {2}- (.*)$/gm)].map((found) => found[1]).join("\n") : arm.plan); }
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
    place.replaceChildren(el("div", { class: "scroll" }, el("table", {}, el("thead", {}, el("tr", {}, ["arm", "scale", "measure", "at", "found", "model (eight in ten)", ""].map((text) => el("th", { scope: "col" }, text)))),
      el("tbody", {}, card.rows.map((row) => el("tr", {}, el("td", {}, row.arm), el("td", {}, row.scale), el("td", {}, row.measure), el("td", {}, row.at === null ? "" : row.at < 48 ? `${number(row.at)} h` : `day ${number(row.at / 24)}`), el("td", { class: "number" }, number(row.observed)),
        el("td", { class: "number" }, row.predicted === null ? "not simulated" : `${number(row.predicted)} (${number(row.p10)} to ${number(row.p90)})`), el("td", {}, row.inside === null || row.predicted === null ? "" : el("span", { class: `tag ${row.inside ? "strong" : "assumed"}` }, row.inside ? "inside" : "outside"))))))),
      el("p", { class: "quiet small" }, trial.use === "calibrate" ? "The model was adjusted with this trial in view: agreement here is no test." : trial.use === "test" ? "This trial was kept apart from the model." : "This trial shaped what the model starts from."));
  } catch (fault) { place.replaceChildren(problemWords(fault)); }
  button.disabled = false;
}
