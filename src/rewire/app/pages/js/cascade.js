// Everything that happens in one person as panels on one time axis, with a line that marks the moment.
import { colour, el, nearest, number, svg } from "./dom.js";
import { path, scale, ticks, timeTicks } from "./scale.js";

const LEAST = 66, EACH = 24, LAST = 26, RIGHT = 10, TOP = 7, LEFT = 34;

const has = (panel, band) => panel.lines.some((line) => line.name === band.scale);

// Whether two curves lie on each other: the upper one is dashed, so that both are seen.
const same = (line, other, span) => line.values.every((value, at) => Math.abs(value - other.values[at]) < 0.01 * span);

export class Cascade {
  // `moved(hours)` is told when the pointer chooses a moment, `asked(line, panel, where)` when a curve is asked about.
  constructor(place, { moved, asked }) {
    Object.assign(this, { place, moved, asked, panels: [], band: null });
    new ResizeObserver(() => this.draw()).observe(place);
  }

  show(person, events, range) {
    Object.assign(this, { person, events, range });
    const key = person.panels.map((panel) => panel.title + panel.lines.map((line) => line.name)).join();
    if (key !== this.key) this.build(person);
    this.key = key;
    this.panels.forEach((row, at) => { row.panel = person.panels[at]; });
    this.draw();
  }

  build(person) {
    this.panels = person.panels.map((panel, at) => {
      const picture = svg("svg", { role: "img" });
      const values = [];
      const note = el("span", { class: "band-note", hidden: true }, "shaded: eight in ten of 200 others");
      const names = el("div", { class: "panel-names" }, el("h3", {}, panel.title), el("span", { class: "unit" }, panel.unit),
        panel.lines.map((line, place) => {
          values[place] = el("b", {});
          return el("button", { type: "button", class: "legend", swatch: colour(line.colour), onclick: (event) => this.asked(this.panels[at].panel.lines[place], this.panels[at].panel, event.currentTarget.getBoundingClientRect()) }, el("i", {}), el("span", {}, line.words), values[place], el("span", { class: "hidden-words" }, ": what it is and where it comes from"));
        }), note);
      const row = { panel, picture, values, note, place: el("div", { class: "panel" }, names, picture) };
      picture.addEventListener("pointermove", (event) => this.point(event, row));
      picture.addEventListener("pointerdown", (event) => this.point(event, row));
      picture.addEventListener("click", (event) => this.click(event, row));
      return row;
    });
    this.place.replaceChildren(...this.panels.map((row) => row.place));
  }

  setBand(band) { this.band = band; this.draw(); }

  draw() {
    if (!this.person || !this.panels.length) return;
    const width = this.panels[0].picture.clientWidth || this.panels[0].picture.getBoundingClientRect().width;
    if (!width) return;
    const [low, high] = this.range;
    this.x = scale(low, high, LEFT, width - RIGHT);
    this.width = width;
    const marks = timeTicks(low, high, Math.max(3, width / 90));
    this.panels.forEach((row, at) => this.drawPanel(row, at === this.panels.length - 1, marks, low, high));
    this.mark(this.hour ?? low);
  }

  drawPanel(row, last, marks, low, high) {
    const { panel } = row, { hours } = this.person, x = this.x;
    // Tall enough for the names beside it, each large enough to be touched.
    const tall = Math.max(LEAST, EACH * panel.lines.length + 24 + (this.band && has(panel, this.band) ? 30 : 0));
    const height = tall + (last ? LAST : 0);
    let least = Infinity, most = -Infinity;
    for (const line of panel.lines) for (const value of line.values) { if (value < least) least = value; if (value > most) most = value; }
    const banded = this.band && has(panel, this.band) ? this.band : null;
    row.note.hidden = !banded;
    if (banded) { least = Math.min(least, ...banded.low); most = Math.max(most, ...banded.high); }
    if (panel.zero) { least = Math.min(0, least); most = Math.max(0, most); }
    if (most - least < 1e-6) most = least + 1;
    const y = scale(least, most, tall - 4, TOP);
    row.y = y;
    const parts = [];
    for (const [hour] of marks) parts.push(svg("line", { x1: x(hour), x2: x(hour), y1: TOP, y2: tall, stroke: "var(--grid)" }));
    for (const value of ticks(least, most, 2)) {
      parts.push(svg("line", { x1: LEFT, x2: this.width - RIGHT, y1: y(value), y2: y(value), stroke: "var(--grid)" }));
      parts.push(svg("text", { x: LEFT - 5, y: y(value) + 3.5, class: "axis-words", "text-anchor": "end" }, number(value)));
    }
    for (const event of this.events) {
      if (event.hours < low || event.hours > high) continue;
      const dose = event.kind === "dose";
      parts.push(svg("line", { x1: x(event.hours), x2: x(event.hours), y1: 0, y2: dose ? tall : 6, stroke: dose ? "var(--hairline)" : event.kind === "session" ? "var(--brown)" : event.kind === "activity" ? "var(--olive)" : "var(--orange)", "stroke-width": dose ? 1 : 2.4 }));
    }
    if (banded) {
      const inside = banded.hours.map((hour, at) => [hour, at]).filter(([hour]) => hour >= low && hour <= high);
      const there = inside.map(([hour, at]) => `${x(hour).toFixed(1)},${y(banded.high[at]).toFixed(1)}`);
      const back = inside.reverse().map(([hour, at]) => `${x(hour).toFixed(1)},${y(banded.low[at]).toFixed(1)}`);
      if (there.length) parts.push(svg("path", { d: `M${there.join("L")}L${back.join("L")}Z`, fill: colour(panel.lines[0].colour), opacity: 0.14 }));
    }
    panel.lines.forEach((line, place) => parts.push(svg("path", { d: path(hours, line.values, x, y, low, high), fill: "none", stroke: colour(line.colour), "stroke-width": 1.9, "stroke-linejoin": "round", "stroke-dasharray": panel.lines.slice(0, place).some((other) => same(line, other, most - least)) ? "7 7" : null })));
    if (last) for (const [hour, words] of marks) if (x(hour) < this.width - RIGHT - 14) parts.push(svg("text", { x: Math.max(x(hour), LEFT), y: tall + 16, class: "axis-words", "text-anchor": x(hour) < LEFT + 16 ? "start" : "middle" }, words));
    row.cursor = svg("line", { y1: 0, y2: tall, stroke: "var(--ink)", "stroke-width": 1, opacity: 0.75 });
    row.dots = panel.lines.map((line) => svg("circle", { r: 3.2, fill: colour(line.colour), stroke: "var(--sheet)", "stroke-width": 1.2 }));
    row.picture.setAttribute("viewBox", `0 0 ${this.width} ${height}`);
    row.picture.setAttribute("height", height);
    row.picture.setAttribute("aria-label", `${panel.title}, ${panel.unit}: ${panel.lines.map((line) => `${line.words} from ${number(Math.min(...line.values))} to ${number(Math.max(...line.values))}`).join("; ")}`);
    row.picture.replaceChildren(...parts, row.cursor, ...row.dots);
  }

  mark(hour) {
    this.hour = hour;
    if (!this.x) return;
    const at = nearest(this.person.hours, hour), x = this.x(hour);
    const inside = hour >= this.range[0] && hour <= this.range[1];
    for (const row of this.panels) {
      row.cursor.setAttribute("x1", x);
      row.cursor.setAttribute("x2", x);
      row.cursor.setAttribute("visibility", inside ? "visible" : "hidden");
      row.panel.lines.forEach((line, place) => {
        const value = line.values[at];
        row.values[place].textContent = number(value);
        row.dots[place].setAttribute("cx", x);
        row.dots[place].setAttribute("cy", row.y(value));
        row.dots[place].setAttribute("visibility", inside ? "visible" : "hidden");
      });
    }
  }

  hourAt(event, row) {
    const box = row.picture.getBoundingClientRect();
    const [low, high] = this.range;
    return Math.min(high, Math.max(low, low + ((event.clientX - box.left - LEFT) / (this.width - RIGHT - LEFT)) * (high - low)));
  }

  point(event, row) {
    if (event.pointerType === "touch" && event.type === "pointermove" && !event.pressure) return;
    this.moved(this.hourAt(event, row));
    const line = this.near(event, row);
    row.picture.style.cursor = line ? "help" : "crosshair";
    this.asked(line, row.panel, { left: event.clientX, top: event.clientY, width: 0, height: 0 }, true);
  }

  // The curve under the pointer, if one is near.
  near(event, row) {
    const at = nearest(this.person.hours, this.hourAt(event, row));
    const height = event.clientY - row.picture.getBoundingClientRect().top;
    const far = row.panel.lines.map((line) => Math.abs(row.y(line.values[at]) - height));
    const best = far.indexOf(Math.min(...far));
    return far[best] < 12 ? row.panel.lines[best] : null;
  }

  click(event, row) {
    const line = this.near(event, row);
    if (line) this.asked(line, row.panel, { left: event.clientX, top: event.clientY, width: 0, height: 0 });
  }
}
