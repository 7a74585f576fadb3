// A small curve with its name and its value at a moment; several of them share one time.
import { el, number, sourceOf, svg } from "./dom.js";
import { path, scale } from "./scale.js";

const WIDTH = 520;

export class Mini {
  // `lines` are [series name, colour]; `unit` and `factor` say how values are shown; `floor` keeps zero in view.
  constructor(place, words, lines, { unit = "", factor = 1, height = 54, floor = true, ends = null, marks = false } = {}) {
    Object.assign(this, { lines, unit, factor, height, floor, ends, marks });
    this.value = el("b", {});
    this.picture = svg("svg", { viewBox: `0 0 ${WIDTH} ${height}`, preserveAspectRatio: "none", height, role: "img" });
    this.words = words;
    place.append(el("div", { class: "mini" }, el("div", {}, sourceOf(lines[0][0], words), this.value), this.picture));
  }

  show(hours, answer, at, behind = null) {
    const all = [...this.lines.flatMap(([name]) => answer.series[name]), ...(behind ? this.lines.flatMap(([name]) => behind.series[name]) : [])];
    const [low, high] = this.ends ?? [this.floor ? Math.min(0, ...all) : Math.min(...all), Math.max(...all)];
    const x = scale(hours[0], hours.at(-1), 2, WIDTH - 4), y = scale(low, high > low ? high : low + 1, this.height - 5, 6);
    const draw = (values, tone, faint) => svg("path", { d: path(hours, values, x, y, hours[0], hours.at(-1)), fill: "none", stroke: tone, "stroke-width": faint ? 1.4 : 2.2, "stroke-dasharray": faint ? "4 4" : null, opacity: faint ? 0.6 : 1, "vector-effect": "non-scaling-stroke" });
    const parts = [svg("line", { x1: 0, x2: WIDTH, y1: this.height - 4, y2: this.height - 4, stroke: "var(--hairline)" })];
    if (this.marks) for (const event of answer.events) parts.push(svg("rect", { x: x(event.hours) - 2, width: 4, y: 0, height: event.kind === "dose" ? this.height - 4 : 12, fill: event.kind === "dose" ? "var(--blue)" : "var(--brown)", opacity: event.kind === "dose" ? 0.25 : 0.95 }));
    for (const [name, tone] of this.lines) { if (behind) parts.push(draw(behind.series[name], tone, true)); parts.push(draw(answer.series[name], tone)); }
    parts.push(svg("line", { x1: x(hours[at]), x2: x(hours[at]), y1: 0, y2: this.height, stroke: "var(--ink)", "stroke-width": 1, opacity: 0.6 }));
    this.picture.replaceChildren(...parts);
    this.value.textContent = this.lines.map(([name]) => `${number(answer.series[name][at] * this.factor)}${this.unit}`).join(" / ");
    this.picture.setAttribute("aria-label", `${this.words}: now ${this.value.textContent}`);
  }
}
