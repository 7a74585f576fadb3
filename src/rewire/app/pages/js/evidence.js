// Every number, trial, claim and hypothesis with its source; and one quantity of the model with its equation.
import { $, ask, el, later, problemWords, readAddress, svg, writeAddress } from "./dom.js";
import { drawClaims } from "./claims.js";
import { drawScorecard } from "./scorecard.js";
import { showTrial } from "./trials.js";

const KINDS = ["numbers", "trials", "scorecard", "claims", "hypotheses", "references"];
const MOST = 400;
const state = { kind: "numbers", evidence: null, trials: null, claims: null, hypotheses: null };

$("kinds").append(...KINDS.map((kind) => el("button", { type: "button", "data-kind": kind, onclick: () => { state.kind = kind; list(); } }, kind)));
$("query").addEventListener("input", later(120, list));
addEventListener("hashchange", look);
await look();

// What the address names: a kind with words to search for, a quantity. A quantity alone leaves the list as it is.
async function look() {
  const address = readAddress(), kind = address.get("kind");
  if (kind || address.has("query")) {
    state.kind = KINDS.includes(kind) ? kind : "numbers";
    $("query").value = address.get("query") ?? "";
  }
  await Promise.all([list(), quantity()]);
}

async function list() {
  for (const button of $("kinds").children) button.setAttribute("aria-pressed", String(button.dataset.kind === state.kind));
  const query = $("query").value.trim().toLowerCase();
  const address = readAddress();
  writeAddress(Object.fromEntries(Object.entries({ quantity: address.get("quantity"), kind: state.kind === "numbers" ? "" : state.kind, query }).filter(([, value]) => value)));
  try {
    state.evidence ??= await ask("/api/evidence");
    if (state.kind === "trials") state.trials ??= await ask("/api/trials");
    if (state.kind === "claims") state.claims ??= await ask("/api/claims");
    if (state.kind === "hypotheses") state.hypotheses ??= await ask("/api/hypotheses");
  } catch (fault) { $("list").replaceChildren(problemWords(fault)); return; }
  const words = query.split(/\s+/).filter(Boolean);
  const fits = (item) => { item.found ??= JSON.stringify(item, (key, value) => (key === "found" ? undefined : value)).toLowerCase(); return words.every((word) => item.found.includes(word)); };
  const kind = state.kind, draw = { numbers: drawNumbers, trials: drawTrials, scorecard: () => drawScorecard(fits, $("count")), claims: () => drawClaims(state.claims, fits, $("count")), hypotheses: drawHypotheses, references: drawReferences }[kind];
  try {
    const drawn = await draw(fits, query);
    if (kind !== state.kind) return;
    $("list").replaceChildren(...drawn);
  } catch (fault) { $("list").replaceChildren(problemWords(fault)); }
  document.body.dataset.listed = kind;
}

function drawNumbers(fits) {
  const { entries, references } = state.evidence;
  for (const entry of entries) entry.cited ??= references[entry.source]?.full ?? "";
  const found = entries.filter(fits);
  $("count").textContent = `${found.length} of ${entries.length} numbers`;
  const counted = {};
  for (const entry of found) counted[entry.how] = (counted[entry.how] ?? 0) + 1;
  const groups = Map.groupBy ? Map.groupBy(found, (entry) => entry.table) : new Map([["all", found]]);
  const open = found.length <= 60;
  return [el("div", { class: "counts" }, Object.entries(counted).map(([how, count]) => el("span", { class: "tag", title: state.evidence.how[how] }, el("i", { class: how }), `${count} ${how}`))),
    ...[...groups].map(([table, rows]) => {
      const body = el("div", {});
      const fill = () => { if (!body.children.length) body.append(...rows.slice(0, MOST).map(entryRow)); };
      if (open) fill();
      return el("details", { class: "group", open, ontoggle: fill }, el("summary", {}, el("span", { class: "group-name" }, table.replaceAll("_", " ")), el("span", { class: "group-title" }, title(table)), share(rows), el("span", { class: "group-count" }, `${rows.length}`)), body);
    })];
}

// What a table holds, unless its name says it already.
function title(table) {
  const told = state.evidence.tables[table] ?? "";
  return told.toLowerCase() === table.replaceAll("_", " ") ? "" : told;
}

// How the numbers of a table were obtained, as a bar.
function share(rows) {
  const order = ["reported", "digitised", "derived", "fitted", "assumed"];
  const bar = svg("svg", { viewBox: "0 0 100 6", class: "share", preserveAspectRatio: "none", role: "img", "aria-label": order.map((how) => `${rows.filter((row) => row.how === how).length} ${how}`).join(", ") });
  let x = 0;
  for (const how of order) {
    const width = (100 * rows.filter((row) => row.how === how).length) / rows.length;
    if (width) bar.append(svg("rect", { x, width, y: 0, height: 6, class: how }));
    x += width;
  }
  return bar;
}

export function entryRow(entry) {
  const reference = state.evidence?.references[entry.source];
  return el("article", { class: "entry" },
    el("div", {}, el("code", {}, entry.name), entry.meaning ? el("p", { class: "quiet" }, entry.meaning) : null),
    el("div", {}, el("span", { class: "value" }, entry.value), " ", entry.how ? el("span", { class: `tag ${entry.how}` }, entry.how) : null),
    el("div", {}, reference ? el("p", {}, el("a", { href: reference.address, target: "_blank", rel: "noreferrer noopener" }, reference.short), entry.where ? `, ${entry.where}` : "", entry.about ? ` · ${entry.about}` : "") : entry.about ? el("p", {}, entry.about) : null,
      entry.why ? el("p", {}, `Why: ${entry.why}`) : null, entry.spread ? el("p", { class: "quiet" }, `Between people: ${entry.spread}`) : null,
      entry.uncertainty ? el("p", { class: "quiet" }, `Not known: ${entry.uncertainty}`) : null, entry.note ? el("p", { class: "quiet" }, entry.note) : null));
}

function drawTrials(fits, query) {
  const found = state.trials.filter(fits).sort((one, other) => (other.name === query) - (one.name === query));
  $("count").textContent = `${found.length} of ${state.trials.length} trials`;
  return [el("p", { class: "quiet" }, "Trials marked calibrate or prior shaped the model; trials marked test were kept apart to test it."), ...found.map((trial) => showTrial(trial, trial.name === query))];
}

function drawHypotheses(fits) {
  const found = state.hypotheses.filter(fits);
  $("count").textContent = `${found.length} of ${state.hypotheses.length} hypotheses`;
  const references = state.evidence.references;
  return found.map((one) => el("article", { class: "item" }, el("div", { class: "row" }, el("h2", {}, one.name.replaceAll("_", " ")), el("span", { class: `tag ${one.grade}` }, `evidence: ${one.grade}`), el("span", { class: "tag" }, one.on ? "on by default" : "off by default")),
    el("p", {}, one.meaning), el("p", { class: "quiet" }, one.evidence, one.source && references[one.source] ? [" ", el("a", { href: references[one.source].address, target: "_blank", rel: "noreferrer noopener" }, references[one.source].short)] : null),
    one.why ? el("p", { class: "quiet small" }, `Default: ${one.why}`) : null));
}

function drawReferences(fits) {
  const all = Object.entries(state.evidence.references).map(([key, one]) => (one.key = key, one));
  const found = all.filter(fits);
  const used = Map.groupBy ? Map.groupBy(state.evidence.entries, (entry) => entry.source) : new Map();
  $("count").textContent = `${found.length} of ${all.length} references`;
  return found.map((one) => el("article", { class: "item" }, el("p", {}, one.full.replace(one.address, ""), " ", el("a", { href: one.address, target: "_blank", rel: "noreferrer noopener" }, one.address)),
    el("button", { type: "button", class: "plain small", onclick: () => { state.kind = "numbers"; $("query").value = one.key; list(); } }, `${used.get(one.key)?.length ?? 0} numbers rest on it`)));
}

async function quantity() {
  const name = readAddress().get("quantity");
  if (!name) { $("quantity").replaceChildren(); return; }
  try {
    const [told] = await Promise.all([ask(`/api/quantities/${encodeURIComponent(name)}`), state.evidence ?? ask("/api/evidence").then((found) => { state.evidence = found; })]);
    const to = (one) => el("a", { href: `#quantity=${one.name}`, title: one.meaning }, one.name);
    $("quantity").replaceChildren(el("section", { class: "sheet" }, el("div", { class: "row spread" }, el("h2", {}, told.name), el("button", { type: "button", class: "plain", onclick: () => { writeAddress({}); quantity(); } }, "close")),
      el("p", {}, `${told.meaning}${told.unit ? `, in ${told.unit}` : ""}. Part of the layer “${told.layer}”: ${told.layer_about}.`),
      told.equation ? el("code", { class: "equation" }, told.equation.replaceAll("**", "^").replaceAll("*", " · ")) : null,
      told.equation ? el("p", { class: "quiet small" }, "A prime is the rate of change per hour.") : null,
      told.reads.length ? el("p", {}, "It reads ", told.reads.flatMap((one, at) => [at ? ", " : "", to(one)]), ".") : null,
      told.hypotheses.length ? el("p", {}, `Hypotheses in it: ${told.hypotheses.join(", ")}.`) : null,
      told.parameters.length ? el("h3", {}, "Numbers in this equation") : null, told.parameters.map(entryRow),
      told.below.length ? [el("h3", {}, "Numbers in the equations of what it reads"), told.below.map(entryRow)] : null,
      told.scale ? [el("h3", {}, "Numbers of this scale"), told.scale.map(entryRow)] : null));
    document.body.dataset.quantity = name;
    if (document.activeElement === document.body) $("quantity").focus({ preventScroll: true });
  } catch (fault) { $("quantity").replaceChildren(problemWords(fault)); }
}
