// A hundred people as a hundred figures: the reader counts people, not per cents.
import { svg } from "./dom.js";

// `parts` is a list of [count, colour, ring]; what is left of a hundred is drawn empty.
export function iconArray(parts, words) {
  const drawing = svg("svg", { viewBox: "0 0 200 200", class: "icons", role: "img", "aria-label": words });
  const plan = parts.flatMap(([count, tone, ring]) => Array(Math.round(count)).fill([tone, ring]));
  for (let at = 0; at < 100; at += 1) {
    const [tone, ring] = plan[at] ?? [null];
    const x = 10 + (at % 10) * 20, y = 10 + Math.floor(at / 10) * 20;
    drawing.append(svg("circle", { cx: x, cy: y - 4, r: 3.3, fill: tone && !ring ? tone : "none", stroke: tone ?? "var(--hairline)", "stroke-width": 1.5 }),
      svg("path", { d: `M${x - 5.4} ${y + 7} a5.4 6.4 0 0 1 10.8 0 z`, fill: tone && !ring ? tone : "none", stroke: tone ?? "var(--hairline)", "stroke-width": 1.5 }));
  }
  return drawing;
}
