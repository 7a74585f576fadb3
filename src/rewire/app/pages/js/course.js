// A person's scores over time, over the band of people like them, with the doses that were given.
import { el, number, svg } from "./dom.js";
import { scale, ticks, timeTicks } from "./scale.js";

const HEIGHT = 360, LEFT = 34, RIGHT = 10, TOP = 34, BOTTOM = 30, NARROW = 520;

export class Course {
  constructor(place) {
    this.place = place;
    new ResizeObserver(() => { if (this.told && place.clientWidth !== this.width) this.draw(); }).observe(place);
  }

  show(told) { this.told = told; this.draw(); }

  draw() {
    const { scores, scale: name, maximum, remission, band, doses, weeks, sample, forecast } = this.told;
    const width = this.width = this.place.clientWidth;
    const end = Math.max(weeks * 168, forecast?.hours.at(-1) ?? 0, ...scores.map((score) => score.hours + 48));
    const start = Math.min(0, ...scores.map((score) => score.hours)) - 24;
    const x = scale(start, end, LEFT, width - RIGHT), y = scale(0, maximum, HEIGHT - BOTTOM, TOP);
    const text = (words, where, more = {}) => svg("text", { x: where[0], y: where[1], "font-size": 12, ...more }, words);
    const parts = [text(`${name || "score"} (points)`, [0, 14])];
    for (const value of ticks(0, maximum, 5)) parts.push(svg("line", { x1: LEFT, x2: width - RIGHT, y1: y(value), y2: y(value), stroke: "var(--grid)" }), text(number(value), [LEFT - 7, y(value) + 4], { "text-anchor": "end" }));
    for (const [hour, words] of timeTicks(0, end, width / 70)) parts.push(text(words, [x(hour), HEIGHT - 8], { "text-anchor": x(hour) > width - 30 ? "end" : "middle" }));
    for (const dose of doses) parts.push(svg("line", { x1: x(dose.hours), x2: x(dose.hours), y1: TOP, y2: HEIGHT - BOTTOM, stroke: "var(--blue)", opacity: 0.35 }));
    if (band) parts.push(...ribbon(band.day.map((day) => day * 24), band.p10, band.p90, band.p50, x, y, "var(--grey)"));
    if (forecast) parts.push(...ribbon(forecast.hours, forecast.low, forecast.high, forecast.middle, x, y, "var(--blue)"));
    if (remission !== undefined) parts.push(svg("line", { x1: LEFT, x2: width - RIGHT, y1: y(remission), y2: y(remission), stroke: "var(--good)", "stroke-dasharray": "4 4" }), text(`remission, ${remission} or less`, [width - RIGHT - 4, y(remission) - 5], { "text-anchor": "end" }));
    if (scores.length > 1) parts.push(svg("path", { d: `M${scores.map((score) => `${x(score.hours).toFixed(1)},${y(score.score).toFixed(1)}`).join("L")}`, fill: "none", stroke: "var(--orange)", "stroke-width": 2 }));
    for (const score of scores) parts.push(svg("circle", { cx: x(score.hours), cy: y(score.score), r: 5, fill: "var(--orange)", stroke: "var(--sheet)", "stroke-width": 1.5 }, svg("title", {}, `${name} ${score.score}, day ${Math.floor(score.hours / 24) + 1}`)));
    if (sample) parts.push(text("MADE-UP PERSON", [(LEFT + width) / 2, TOP + 42], { "font-size": width < NARROW ? 24 : 38, "text-anchor": "middle", opacity: 0.16, "font-weight": 700 }));
    this.place.replaceChildren(svg("svg", { viewBox: `0 0 ${width} ${HEIGHT}`, role: "img", "aria-label": scores.length ? `${name}: ${scores.map((score) => `${score.score} on day ${Math.floor(score.hours / 24) + 1}`).join(", ")}` : "No scores yet" }, parts),
      el("div", { class: "key" }, key("var(--orange)", "this person"), key("var(--grey)", "eight in ten people like this, before seeing the scores"), doses.length ? key("var(--blue)", "a dose", "bar") : null, forecast ? key("var(--blue)", "forecast after the scores: eight in ten") : null));
  }
}

const key = (tone, words, shape = null) => el("span", {}, el("i", { swatch: tone, class: shape }), words);

function ribbon(hours, low, high, middle, x, y, tone) {
  const there = hours.map((hour, at) => `${x(hour).toFixed(1)},${y(high[at]).toFixed(1)}`);
  const back = hours.map((hour, at) => `${x(hour).toFixed(1)},${y(low[at]).toFixed(1)}`).reverse();
  return [svg("path", { d: `M${there.join("L")}L${back.join("L")}Z`, fill: tone, opacity: 0.16 }), svg("path", { d: `M${hours.map((hour, at) => `${x(hour).toFixed(1)},${y(middle[at]).toFixed(1)}`).join("L")}`, fill: "none", stroke: tone, "stroke-width": 1.6, "stroke-dasharray": "5 3" })];
}
