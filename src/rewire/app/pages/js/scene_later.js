// Scenes three to five: new connections, the window, and a hundred people.
import { el, number, svg } from "./dom.js";
import { Brain } from "./brain.js";
import { Mini } from "./mini.js";

const REGIONS = ["prefrontal", "hippocampus", "amygdala", "accumbens"];
const PLACES = 44; // spines drawn on a healthy branch

export function drawConnections(stage, extra, scene) {
  const branch = svg("svg", { viewBox: "0 0 460 190", role: "img" });
  const brainPlace = el("figure", {});
  stage.append(el("figure", {}, branch, el("figcaption", {}, "A branch of a nerve cell in prefrontal cortex. Filled: lasting. Hollow: new and fragile. Dots: where a healthy branch has more.")), brainPlace);
  const brain = new Brain(brainPlace);
  const curves = [
    new Mini(extra, "prefrontal, % of healthy", [["synapses_prefrontal", "var(--blue)"]], { factor: 100, unit: " %", floor: false, ends: [0.74, 1.08], marks: true }),
    new Mini(extra, "of these fragile", [["labile_prefrontal", "var(--orange)"]], { factor: 100, unit: " %", floor: true }),
  ];
  return (answer, at) => {
    const now = Object.fromEntries(Object.entries(answer.series).map(([name, values]) => [name, values[at]]));
    drawBranch(branch, now.stable_prefrontal, now.labile_prefrontal);
    brain.show(Object.fromEntries(REGIONS.map((name) => [name, now[`synapses_${name}`] * 100])), now.plasticity_index);
    for (const curve of curves) curve.show(scene.hours, answer, at);
    const end = answer.series.synapses_prefrontal.at(-1), start = answer.series.synapses_prefrontal[0];
    return `${Math.round(now.synapses_prefrontal * 100)} connections where a healthy brain has 100; ${Math.round(now.labile_prefrontal * 100)} of them are new and fragile. After twelve weeks ${Math.round(end * 100)}, ${Math.round(start * 100)} at the start.`;
  };
}

const along = (share) => { const x = 18 + share * 424; return [x, 96 + Math.sin(share * 5.5) * 22, Math.cos(share * 5.5)]; };

function drawBranch(drawing, stable, labile) {
  const points = Array.from({ length: 60 }, (_, at) => along(at / 59));
  const parts = [svg("path", { d: `M${points.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join("L")}`, fill: "none", stroke: "var(--quiet)", "stroke-width": 11, "stroke-linecap": "round", opacity: 0.5 })];
  const lasting = Math.round(stable * PLACES), all = Math.round((stable + labile) * PLACES);
  const most = Math.max(PLACES, all);
  // A fixed shuffle: the same places fill first, so that growing and fading can be seen.
  for (let place = 0; place < most; place += 1) {
    const rank = (place * 27) % most, [x, y, slope] = along((place + 0.5) / most), side = place % 2 ? 1 : -1;
    const long = 17 + ((place * 13) % 9), tipX = x + slope * side * -5, tipY = y + side * long;
    if (rank >= all) { parts.push(svg("circle", { cx: tipX, cy: tipY, r: 1.6, fill: "var(--quiet)", opacity: 0.55 })); continue; }
    const fragile = rank >= lasting;
    parts.push(svg("line", { x1: x, y1: y + side * 5, x2: tipX, y2: tipY, stroke: fragile ? "var(--orange)" : "var(--blue)", "stroke-width": fragile ? 1.8 : 2.8 }),
      svg("circle", { cx: tipX, cy: tipY, r: fragile ? 4.6 : 5.4, fill: fragile ? "var(--sheet)" : "var(--blue)", stroke: fragile ? "var(--orange)" : "var(--blue)", "stroke-width": 2 }));
  }
  drawing.setAttribute("aria-label", `A branch with ${lasting} lasting and ${all - lasting} fragile spines; a healthy one has ${PLACES}.`);
  drawing.replaceChildren(...parts);
}

export function drawWindow(stage, extra, scene, told) {
  const drawing = svg("svg", { viewBox: "0 0 460 142", role: "img" });
  stage.append(el("figure", {}, drawing, el("figcaption", {}, "Left: how far the window stands open. Right: the last tenth of the old belief, enlarged; practice wears it down.")));
  const curves = [
    new Mini(extra, "window; sessions on top", [["plasticity_index", "var(--olive)"]], { factor: 100, unit: " % open", ends: [0, 1], marks: true }),
    new Mini(extra, "old belief", [["negative_schema", "var(--brown)"]], { factor: 100, unit: " %", floor: false, ends: [0.9, 1.005] }),
    new Mini(extra, "MADRS; dashed without sessions", [["MADRS", "var(--blue)"]], { ends: [0, 40] }),
  ];
  return (answer, at, chosen) => {
    const behind = scene.answers[[0, ...chosen.slice(1)].join("-")];
    const now = Object.fromEntries(Object.entries(answer.series).map(([name, values]) => [name, values[at]]));
    const open = 90 * now.plasticity_index;
    drawing.setAttribute("aria-label", `The window is ${Math.round(now.plasticity_index * 100)} per cent open; the old belief stands at ${Math.round(now.negative_schema * 100)} per cent.`);
    drawing.replaceChildren(
      svg("rect", { x: 40, y: 20, width: 120, height: 110, fill: "var(--sunk)", stroke: "var(--quiet)", "stroke-width": 3 }), svg("rect", { x: 43, y: 127 - open, width: 114, height: open, fill: "var(--olive)", opacity: 0.55 }),
      svg("rect", { x: 43, y: 23, width: 114, height: Math.max(3, 104 - open), fill: "var(--sheet)", stroke: "var(--quiet)", "stroke-width": 1.5 }), svg("line", { x1: 100, x2: 100, y1: 23, y2: 127 - open, stroke: "var(--quiet)" }),
      ...Array.from({ length: 20 }, (_, line) => svg("line", { x1: 230, x2: 430, y1: 26 + line * 5.3, y2: 26 + line * 5.3, stroke: "var(--brown)", "stroke-width": 4, opacity: line / 20 < (now.negative_schema - 0.9) * 10 ? 0.75 : 0.12 })));
    for (const curve of curves) curve.show(scene.hours, answer, at, behind);
    if (!chosen[0]) return "No sessions: the window opens and closes with nothing coming through it.";
    const gain = behind.series.MADRS.at(-1) - answer.series.MADRS.at(-1);
    return `After eight weeks the sessions are worth ${number(gain)} points of MADRS. ${Math.abs(gain) < told.cuts.important ? `That is less than the ${told.cuts.important} points that matter to people.` : ""}`;
  };
}

const GROUPS = [["in remission", "var(--good)"], ["halved or better", "var(--blue)"], ["noticeably better", "var(--teal)"], ["not noticeably better", "var(--orange)"]];

export function drawPeople(stage, extra, scene, told) {
  const drawing = svg("svg", { viewBox: "0 0 320 320", class: "people", role: "img" });
  stage.append(el("figure", {}, drawing));
  const counted = el("div", { class: "key" });
  extra.append(counted);
  return (answer, at, [plan]) => {
    const start = answer.scores[0], now = answer.scores[at];
    const group = (score, first) => (score <= told.cuts.remission ? 0 : score <= first * (1 - told.cuts.response) ? 1 : score <= first - told.cuts.important ? 2 : 3);
    const counts = [0, 0, 0, 0];
    drawing.replaceChildren(...now.map((score, one) => {
      const kind = at ? group(score, start[one]) : 3;
      counts[kind] += 1;
      const x = 16 + (one % 10) * 32, y = 18 + Math.floor(one / 10) * 32;
      const empty = kind > 1, tone = GROUPS[kind][1];
      return svg("g", {}, svg("title", {}, `person ${one + 1}: ${start[one]} at the start, ${score} now`), svg("circle", { cx: x, cy: y - 6, r: 5.2, fill: empty ? "none" : tone, stroke: tone, "stroke-width": 1.6 }), svg("path", { d: `M${x - 9} ${y + 11} a9 10 0 0 1 18 0 z`, fill: empty ? "none" : tone, stroke: tone, "stroke-width": 1.6 }),
        kind === 0 ? svg("path", { d: `M${x - 3.4} ${y + 5.5} l2.6 2.8 l4.4 -5`, fill: "none", stroke: "var(--sheet)", "stroke-width": 1.8 }) : null);
    }));
    counted.replaceChildren(...GROUPS.map(([words, tone], kind) => el("span", {}, el("i", { swatch: tone, class: kind > 1 ? "ring" : null }), `${counts[kind]} ${words}`)));
    drawing.setAttribute("aria-label", `Of 100 people: ${GROUPS.map(([words], kind) => `${counts[kind]} ${words}`).join(", ")}.`);
    return at ? `Of these hundred, ${counts[0] + counts[1]} have halved their score by now; ${counts[3]} are not noticeably better${plan === 0 ? ". Nobody here was given any drug." : "."}` : "Before the first dose, everybody is ill.";
  };
}
