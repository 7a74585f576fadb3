// Scenes one and two: a stuck mood, and the first hours.
import { el, number, svg } from "./dom.js";
import { Valley, valleyAt } from "./brain.js";
import { Mini } from "./mini.js";

export function drawStuck(stage, extra, scene, told) {
  const figure = el("figure", {});
  stage.append(figure);
  const valley = new Valley(figure, { words: "The landscape of mood. The ball rolls downhill.", height: 130 });
  const mood = new Mini(extra, "mood, down is well", [["mood", "var(--orange)"]], { ends: [-1, 1], marks: true });
  return (answer, at, [, , shape]) => {
    const hour = scene.hours[at], landscape = answer.landscape;
    const most = shape ? 0.75 : 0.9;
    valley.show(landscape.mood, valleyAt(landscape, hour), answer.series.mood[at], most);
    mood.show(scene.hours, answer, at);
    const score = Math.round(answer.series.MADRS[at]), start = Math.round(answer.series.MADRS[0]), end = Math.round(answer.series.MADRS.at(-1));
    const least = Math.round(Math.min(...answer.series.MADRS));
    const fate = start - least < told.cuts.important ? "the ball stays in its valley." : end - least > (start - least) / 2 ? "the ball rolls back." : "the ball stays where it rolled.";
    return `Depression score ${score} of 60 now, ${start} at the start. Over four weeks ${fate}`;
  };
}

const RECEPTORS = 12;

export function drawHours(stage, extra) {
  const drawing = svg("svg", { viewBox: "0 0 460 210", role: "img" });
  const figure = el("figure", {}, drawing, el("figcaption", {}, "Two nerve cells meet. Orange: glutamate. Squares: receptors, blue when ketamine blocks them. Rings: BDNF."));
  stage.append(figure);
  const curves = [
    new Mini(extra, "ketamine in blood", [["ketamine_plasma", "var(--blue)"]], { unit: " ng/mL" }),
    new Mini(extra, "receptors blocked", [["nmda_block", "var(--navy)"]], { unit: " %", factor: 100 }),
    new Mini(extra, "glutamate surge", [["glutamate_surge", "var(--orange)"]]),
    new Mini(extra, "BDNF, rest = 1", [["bdnf", "var(--olive)"]], { floor: false }),
    new Mini(extra, "dissociation", [["dissociation", "var(--brown)"]], { unit: " points" }),
    new Mini(extra, "blood pressure rise", [["systolic_rise", "var(--teal)"]], { unit: " mmHg" }),
  ];
  return (answer, at, _chosen) => {
    const now = Object.fromEntries(Object.entries(answer.series).map(([name, values]) => [name, values[at]]));
    drawSynapse(drawing, now);
    for (const curve of curves) curve.show(SCENE_HOURS, answer, at);
    return `${number(now.ketamine_plasma)} ng/mL in the blood; ${Math.round(now.nmda_block * 100)} of 100 receptors blocked. ${now.dissociation > 4 ? "The world may feel far away." : now.dissociation > 0.5 ? "A little floating, perhaps." : "The head is clear."} ${now.bdnf > 1.15 ? "Repair signals are up." : ""}`;
  };
}

const SCENE_HOURS = Array.from({ length: 145 }, (_, at) => at / 6);

function drawSynapse(drawing, now) {
  const parts = [
    svg("path", { d: "M40 0 C60 50 70 70 150 78 L310 78 C390 70 400 50 420 0 Z", fill: "var(--sunk)", stroke: "var(--quiet)", "stroke-width": 1.5 }),
    svg("path", { d: "M30 210 C50 160 80 142 150 138 L310 138 C380 142 410 160 430 210 Z", fill: "var(--sunk)", stroke: "var(--quiet)", "stroke-width": 1.5 }),
    svg("text", { x: 230, y: 24, "font-size": 13, "text-anchor": "middle" }, "one cell speaks"), svg("text", { x: 230, y: 196, "font-size": 13, "text-anchor": "middle" }, "the next one listens"),
  ];
  const blocked = Math.round(now.nmda_block * RECEPTORS);
  for (let at = 0; at < RECEPTORS; at += 1) {
    const x = 122 + at * 19;
    // Spread the blocked ones over the row.
    const hit = (at * 7) % RECEPTORS < blocked;
    parts.push(svg("rect", { x, y: 131, width: 11, height: 17, rx: 2, fill: hit ? "var(--blue)" : "var(--sheet)", stroke: "var(--ink)", "stroke-width": 1.1 }));
    if (hit) parts.push(svg("circle", { cx: x + 5.5, cy: 127, r: 4.6, fill: "var(--blue)", stroke: "var(--sheet)" }));
  }
  const dots = 8 + Math.round(now.glutamate_surge * 60);
  for (let at = 0; at < dots; at += 1) {
    const x = 126 + ((at * 0.618034) % 1) * 208, y = 85 + ((at * 0.754878) % 1) * 38;
    parts.push(svg("circle", { cx: x, cy: y, r: 3, fill: "var(--orange)", opacity: 0.85 }));
  }
  const rings = Math.round((now.bdnf - 1) * 22);
  for (let at = 0; at < rings; at += 1) parts.push(svg("circle", { cx: 110 + ((at * 0.618034 + 0.3) % 1) * 240, cy: 156 + ((at * 0.754878) % 1) * 22, r: 4, fill: "none", stroke: "var(--olive)", "stroke-width": 2 }));
  drawing.setAttribute("aria-label", `A synapse: ${blocked} of ${RECEPTORS} receptors blocked, ${dots} dots of glutamate, ${Math.max(0, rings)} rings of BDNF.`);
  drawing.replaceChildren(...parts);
}
