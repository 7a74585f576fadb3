// Drawings of a moment: synapses by region on a brain, mood in its landscape, the window of plasticity, the score.
import { el, nearest, number, sourceOf, svg } from "./dom.js";

const OUTLINE = "M28 78 C20 50 42 20 86 14 C128 8 172 20 188 48 C200 70 196 92 176 100 C170 112 150 118 132 112 C126 124 112 128 104 118 C92 124 74 118 68 108 C48 112 32 100 28 78 Z";
const FOLDS = ["M52 34 C62 44 58 56 70 58", "M86 16 C92 30 84 40 96 48", "M128 14 C126 30 138 34 134 48", "M164 28 C156 40 166 50 158 60", "M180 62 C168 66 168 78 156 80", "M40 62 C52 66 52 76 64 78"];
const STEM = "M116 116 C118 128 126 138 130 148 L144 146 C140 134 140 124 142 112 Z";
const REGIONS = {
  prefrontal: { shape: "M31 76 C25 54 40 32 66 22 C74 34 72 52 64 66 C58 82 44 92 36 90 C33 86 32 82 31 76 Z", label: [4, 10], from: [40, 44], anchor: "start", words: "prefrontal" },
  accumbens: { shape: "M78 84 C82 78 92 78 94 84 C94 92 82 94 78 88 Z", label: [4, 134], from: [80, 88], anchor: "start", words: "accumbens" },
  amygdala: { shape: "M100 96 C104 90 114 92 114 99 C112 106 101 105 100 100 Z", label: [88, 152], from: [106, 102], anchor: "start", words: "amygdala" },
  hippocampus: { shape: "M112 88 C124 78 146 80 156 90 C160 96 154 100 150 95 C142 88 126 88 118 95 C112 98 108 94 112 88 Z", label: [258, 128], from: [152, 92], anchor: "end", words: "hippocampus" },
};
const FULL = 22; // per cent away from healthy at which the colour is full

export class Brain {
  constructor(place) {
    this.parts = {};
    const drawing = svg("svg", { viewBox: "0 0 262 158", class: "brain", role: "img", "aria-label": "Synapses by region: not worked out yet." },
      svg("path", { d: STEM, fill: "var(--sunk)", stroke: "var(--hairline)" }),
      svg("path", { d: OUTLINE, fill: "var(--sunk)", stroke: "var(--quiet)", "stroke-width": 1.4 }),
      FOLDS.map((d) => svg("path", { d, fill: "none", stroke: "var(--hairline)", "stroke-width": 1.6, "stroke-linecap": "round" })));
    for (const [name, region] of Object.entries(REGIONS)) {
      const shape = svg("path", { d: region.shape, fill: "var(--sheet)", stroke: "var(--quiet)", "stroke-width": 0.9 });
      const value = svg("tspan", { "font-weight": 600, fill: "var(--ink)" });
      const [x, y] = region.label;
      drawing.append(shape, svg("line", { x1: region.from[0], y1: region.from[1], x2: x + (region.anchor === "start" ? 14 : region.anchor === "end" ? -48 : 0), y2: y > 100 ? y - 10 : y + 4, stroke: "var(--quiet)", "stroke-width": 0.7 }),
        svg("text", { x, y, "font-size": 12, "text-anchor": region.anchor }, `${region.words} `, value));
      this.parts[name] = { shape, value };
    }
    this.pane = svg("rect", { x: 216, width: 30, height: 0, fill: "var(--olive)", opacity: 0.55 });
    this.open = svg("text", { x: 231, y: 73, "font-size": 11, "text-anchor": "middle" });
    drawing.append(svg("rect", { x: 216, y: 18, width: 30, height: 40, fill: "var(--sheet)", stroke: "var(--quiet)", "stroke-width": 1.4 }), this.pane,
      svg("line", { x1: 231, x2: 231, y1: 18, y2: 58, stroke: "var(--quiet)", "stroke-width": 0.8 }), svg("text", { x: 231, y: 12, "font-size": 11, "text-anchor": "middle" }, "window"), this.open);
    this.drawing = drawing;
    place.replaceChildren(drawing, el("figcaption", {}, sourceOf("synapses_prefrontal", "Synapses"), ", % of healthy: orange fewer, blue more; ", sourceOf("plasticity_index", "window"), " of plasticity"));
  }

  show(densities, open) {
    for (const [name, { shape, value }] of Object.entries(this.parts)) {
      const away = densities[name] - 100;
      const share = Math.round(Math.min(Math.abs(away) / FULL, 1) * 100);
      shape.setAttribute("fill", `color-mix(in oklab, var(--${away < 0 ? "orange" : "blue"}) ${share}%, var(--sheet))`);
      value.textContent = `${Math.round(densities[name])}`;
    }
    const height = 40 * Math.max(0, Math.min(1, open));
    this.pane.setAttribute("y", 58 - height);
    this.pane.setAttribute("height", height);
    this.open.textContent = `${Math.round(open * 100)} % open`;
    this.drawing.setAttribute("aria-label", `Synapses in per cent of a healthy person: ${Object.entries(densities).map(([name, value]) => `${name} ${Math.round(value)}`).join(", ")}. Window of plasticity ${Math.round(open * 100)} per cent open.`);
  }
}

export class Valley {
  constructor(place, { words = "Mood rolls downhill", height = 150 } = {}) {
    this.line = svg("path", { fill: "var(--sunk)", stroke: "var(--ink)", "stroke-width": 1.8, "stroke-linejoin": "round", "vector-effect": "non-scaling-stroke" });
    this.ball = svg("circle", { r: 7.5, fill: "var(--orange)", stroke: "var(--sheet)", "stroke-width": 1.5 });
    this.height = height;
    this.drawing = svg("svg", { viewBox: `0 0 260 ${height + 8}`, class: "valley", role: "img", "aria-label": "The valley of mood: not worked out yet." }, this.line, this.ball,
      svg("text", { x: 4, y: height + 4, "font-size": 11 }, "← well"), svg("text", { x: 256, y: height + 4, "font-size": 11, "text-anchor": "end" }, "depressed →"));
    place.replaceChildren(this.drawing, el("figcaption", {}, sourceOf("mood", words)));
  }

  // `heights` over `moods`; `most` keeps the vertical scale the same over a whole course.
  show(moods, heights, mood, most) {
    const floor = this.height - 26, top = 12;
    const x = (value) => 6 + ((value - moods[0]) / (moods.at(-1) - moods[0])) * 248;
    const y = (value) => floor - (Math.min(value, most) / most) * (floor - top);
    const points = moods.map((value, at) => `${x(value).toFixed(1)},${y(heights[at]).toFixed(1)}`);
    this.line.setAttribute("d", `M${points.join("L")}L254,${this.height - 10}L6,${this.height - 10}Z`);
    const right = Math.max(1, moods.findIndex((value) => value >= mood));
    const share = (mood - moods[right - 1]) / (moods[right] - moods[right - 1]);
    const under = heights[right - 1] + share * (heights[right] - heights[right - 1]);
    this.ball.setAttribute("cx", x(mood));
    this.ball.setAttribute("cy", y(under) - 8);
    this.drawing.setAttribute("aria-label", `Mood at ${number(mood)}, where minus one is well and one is depressed.`);
  }
}

export const valleyAt = (landscape, hour) => landscape.height[nearest(landscape.hours, hour)];

export class Score {
  constructor(place) {
    this.name = el("span", {});
    this.value = el("strong", {});
    this.well = el("i", {});
    this.dot = el("b", {});
    this.cut = el("span", {});
    this.most = el("span", {});
    this.change = el("p", {});
    place.replaceChildren(el("div", { class: "score" }, this.name, this.value, el("div", { class: "score-line", "aria-hidden": "true" }, this.well, this.dot),
      el("div", { class: "score-ends" }, this.cut, this.most), this.change));
  }

  show(name, value, start, most, remission) {
    this.name.replaceChildren(sourceOf(name));
    this.value.textContent = Math.round(value);
    this.dot.style.setProperty("--share", `${(value / most) * 100}%`);
    this.well.style.setProperty("--share", `${(remission / most) * 100}%`);
    this.cut.textContent = `remission ≤ ${remission}`;
    this.most.textContent = most;
    const fall = start - value;
    this.change.textContent = Math.abs(fall) < 0.5 ? "as at the start" : `${Math.round(Math.abs(fall))} points ${fall > 0 ? "lower" : "higher"} (${Math.round(Math.abs(fall) / start * 100)} %)`;
  }
}
