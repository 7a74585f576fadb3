// The page of one real person: their scores over what people like them do under the same plan.
import { $, ask, el, later, nearest, number, problemWords, sourceOf } from "./dom.js";
import { showBelief } from "./belief.js";
import { Course } from "./course.js";
import { Editor } from "./editor.js";
import { startStudy } from "./jobs.js";
import { readRows, sampleRows } from "./rows.js";
import { Who } from "./who.js";

const LIKE = 400;
const state = { known: null, draft: null, sample: false, band: null };
const [words, parts] = await Promise.all([ask("/api/vocabulary"), ask("/api/people/parts")]);
const course = new Course($("course"));
const expect = later(400, async () => {
  if (!state.draft?.ok || !state.known?.scores.length) return;
  const turn = state.turn = (state.turn ?? 0) + 1;
  try {
    await state.job?.stop();
    const job = state.job = await startStudy({ kind: "compare", plans: { plan: state.draft.text }, people: who.people(LIKE, false), weeks: Number(who.weeks.value), setting: who.setting.value, draws: 0 }, () => {});
    if ((await job.ended) !== "done" || turn !== state.turn) return;
    state.band = (await job.result()).plans.plan.scores;
    draw();
    document.body.dataset.band = String(turn);
  } catch (fault) { $("course-words").replaceChildren(problemWords(fault)); }
  state.ahead = null;
  showBelief($("belief-body"), parts, { known: state.known, plan: state.draft.text, who, scale: $("scale").value || null }, (bands, scale) => { state.ahead = { bands, scale }; draw(); });
});
const who = new Who($("who"), words, { weeks: 12 }, () => expect());
const editor = new Editor($("editor"), { lines: [""], weeks: () => Number(who.weeks.value), small: true, changed: (draft) => { state.draft = draft; expect(); } });

$("sample").addEventListener("click", () => { state.sample = true; $("rows").value = sampleRows(); read(); });
$("forget").addEventListener("click", () => location.reload());
$("rows").addEventListener("input", later(250, () => { state.sample = false; read(); }));
$("file").addEventListener("change", async () => { if ($("file").files[0]) open($("file").files[0]); });
for (const kind of ["dragover", "dragleave", "drop"]) $("drop").addEventListener(kind, (event) => {
  event.preventDefault();
  $("drop").classList.toggle("over", kind === "dragover");
  if (kind === "drop" && event.dataTransfer.files[0]) open(event.dataTransfer.files[0]);
});
$("scale").addEventListener("change", draw);
draw();

async function open(file) { state.sample = false; $("rows").value = await file.text(); read(); }

function read() {
  const known = state.known = readRows($("rows").value, words.scales);
  $("read").replaceChildren(el("p", { class: "small quiet" }, `${known.scores.length} scores and ${known.doses.length} doses read; day 1 is ${known.start}.${state.sample ? " This is a made-up person." : ""}`),
    ...known.wrong.slice(0, 6).map((row) => el("div", { class: "wrong-words" }, `Row ${row.line} is left out: ${row.reason}. `, el("code", {}, row.text))));
  const scales = [...new Set(known.scores.map((score) => score.scale))];
  $("scale").replaceChildren(...scales.map((name) => el("option", { value: name }, name)));
  $("items").hidden = !known.items.length;
  $("items-body").replaceChildren(el("p", {}, `PHQ-9 item 9, as entered: ${known.items.map((item) => `${new Date(item.date).toISOString().slice(0, 10)}: ${item.score}`).join("; ")}.`), el("p", { class: "quiet" }, "It is shown and not modelled. Nobody is watching this page: an answer above 0 is for a clinician to talk about, today."));
  if (known.phrases.length) editor.set(known.phrases);
  draw();
  expect();
}

function draw() {
  const scale = $("scale").value, known = state.known;
  const scores = known?.scores.filter((score) => score.scale === scale) ?? [];
  const curve = state.band?.[scale];
  course.show({ scores, scale, maximum: words.scales[scale]?.maximum ?? 60, remission: words.scales[scale]?.remission, band: curve, doses: state.draft?.events.filter((event) => event.kind === "dose" && event.hours >= 0) ?? [], weeks: Number(who.weeks.value), sample: state.sample, forecast: state.ahead?.scale === scale ? state.ahead.bands : null });
  $("course-source").replaceChildren(...(scale ? [sourceOf(scale, `Where ${scale} comes from`)] : []));
  if (!scores.length) { $("course-words").textContent = "No scores yet. Drop a file, paste rows, or try the made-up person."; return; }
  if (!curve) { $("course-words").textContent = state.draft?.ok ? "Working out what people like this do…" : "Say what was given, and the band of people like this appears."; return; }
  const after = scores.filter((score) => score.hours > 0 && score.hours <= curve.day.at(-1) * 24);
  const inside = after.filter((score) => { const at = nearest(curve.day, score.hours / 24); return score.score >= curve.p10[at] && score.score <= curve.p90[at]; }).length;
  const last = after.at(-1);
  const middle = last ? curve.p50[nearest(curve.day, last.hours / 24)] : null;
  $("course-words").textContent = last ? `${inside} of ${after.length} later scores lie where eight in ten people with this condition and start would be. The last one, ${last.score}, stands against a middle of ${number(middle)}.` : "No score after the first dose yet.";
}
