// A person's scores over time, over the band of people like them, with the doses that were given.
import { el, number, svg } from "./dom.js";
import { scale, ticks, timeTicks } from "./scale.js";

const WIDTH = 860, HEIGHT = 360, LEFT = 40, RIGHT = 14, TOP = 18, BOTTOM = 34;

export function drawCourse(place, { scores, scale: name, maximum, remission, band, doses, weeks, sample, forecast }) {
  const end = Math.max(weeks * 168, forecast?.hours.at(-1) ?? 0, ...scores.map((score) => score.hours + 48));
  const start = Math.min(0, ...scores.map((score) => score.hours)) - 24;
  const x = scale(start, end, LEFT, WIDTH - RIGHT), y = scale(0, maximum, HEIGHT - BOTTOM, TOP);
  const parts = [];
  for (const value of ticks(0, maximum, 5)) parts.push(svg("line", { x1: LEFT, x2: WIDTH - RIGHT, y1: y(value), y2: y(value), stroke: "var(--grid)" }), svg("text", { x: LEFT - 7, y: y(value) + 4, "font-size": 12, "text-anchor": "end" }, number(value)));
  for (const [hour, words] of timeTicks(0, end, 8)) if (x(hour) < WIDTH - RIGHT - 24) parts.push(svg("text", { x: x(hour), y: HEIGHT - 12, "font-size": 12, "text-anchor": "middle" }, words));
  for (const dose of doses) parts.push(svg("line", { x1: x(dose.hours), x2: x(dose.hours), y1: TOP, y2: HEIGHT - BOTTOM, stroke: "var(--blue)", opacity: 0.35 }));
  if (band) parts.push(...ribbon(band.day.map((day) => day * 24), band.p10, band.p90, band.p50, x, y, "var(--grey)"));
  if (forecast) parts.push(...ribbon(forecast.hours, forecast.low, forecast.high, forecast.middle, x, y, "var(--blue)"));
  if (remission !== undefined) parts.push(svg("line", { x1: LEFT, x2: WIDTH - RIGHT, y1: y(remission), y2: y(remission), stroke: "var(--good)", "stroke-dasharray": "4 4" }), svg("text", { x: WIDTH - RIGHT, y: y(remission) - 5, "font-size": 11.5, "text-anchor": "end" }, `remission, ${remission} or less`));
  if (scores.length > 1) parts.push(svg("path", { d: `M${scores.map((score) => `${x(score.hours).toFixed(1)},${y(score.score).toFixed(1)}`).join("L")}`, fill: "none", stroke: "var(--orange)", "stroke-width": 2 }));
  for (const score of scores) parts.push(svg("circle", { cx: x(score.hours), cy: y(score.score), r: 5, fill: "var(--orange)", stroke: "var(--sheet)", "stroke-width": 1.5 }, svg("title", {}, `${name} ${score.score}, day ${Math.floor(score.hours / 24) + 1}`)));
  if (sample) parts.push(svg("text", { x: WIDTH / 2, y: 70, "font-size": 40, "text-anchor": "middle", opacity: 0.16, "font-weight": 700 }, "MADE-UP PERSON"));
  place.replaceChildren(svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": scores.length ? `${name}: ${scores.map((score) => `${score.score} on day ${Math.floor(score.hours / 24) + 1}`).join(", ")}` : "No scores yet" }, parts),
    el("div", { class: "key" }, el("span", {}, el("i", { swatch: "var(--orange)" }), "this person"), el("span", {}, el("i", { swatch: "var(--grey)" }), "eight in ten people like this, before seeing the scores"), forecast ? el("span", {}, el("i", { swatch: "var(--blue)" }), "forecast after the scores") : null));
}

function ribbon(hours, low, high, middle, x, y, tone) {
  const there = hours.map((hour, at) => `${x(hour).toFixed(1)},${y(high[at]).toFixed(1)}`);
  const back = hours.map((hour, at) => `${x(hour).toFixed(1)},${y(low[at]).toFixed(1)}`).reverse();
  return [svg("path", { d: `M${there.join("L")}L${back.join("L")}Z`, fill: tone, opacity: 0.16 }), svg("path", { d: `M${hours.map((hour, at) => `${x(hour).toFixed(1)},${y(middle[at]).toFixed(1)}`).join("L")}`, fill: "none", stroke: tone, "stroke-width": 1.6, "stroke-dasharray": "5 3" })];
}
