// Figures of results: the same specifications as in Python, drawn by the chart library without evaluating any code.
import { ask, el, problemWords } from "./dom.js";

// Colours of the printed look and the tokens that stand for them on a page.
const LOOK = { "#ffffff": "--sheet", "#22292f": "--ink", "#5d6770": "--quiet", "#c3c9ce": "--hairline", "#eceef0": "--grid", "#2b62b0": "--blue", "#c2560c": "--orange", "#1c3046": "--navy", "#5c8fa3": "--teal", "#6b2b10": "--brown", "#7d8a63": "--olive" };

let library = null;
const load = () => (library ??= import("/vega.js").then(() => globalThis.vegaEmbed));

// A token as the colour it stands for now: the chart library knows no variables.
function tones() {
  const probe = document.body.appendChild(el("span", { hidden: true }));
  const paint = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const found = Object.entries(LOOK).map(([printed, token]) => {
    probe.style.color = `var(${token})`;
    paint.fillStyle = getComputedStyle(probe).color;
    paint.fillRect(0, 0, 1, 1);
    const [red, green, blue] = paint.getImageData(0, 0, 1, 1).data;
    return [printed, `#${[red, green, blue].map((part) => part.toString(16).padStart(2, "0")).join("")}`];
  });
  probe.remove();
  return Object.fromEntries(found);
}

async function draw(holder, embed, specification) {
  await embed(holder, specification, { ast: true, actions: false, renderer: "canvas", defaultStyle: false, tooltip: { disableDefaultStyle: true }, mode: "vega-lite" });
  return holder;
}

export async function drawFigure(place, path, body) {
  place.setAttribute("aria-busy", "true");
  try {
    const [embed, printed] = await Promise.all([load(), ask(path, body)]);
    const shown = tones();
    const specification = JSON.parse(JSON.stringify(printed).replace(/#[0-9a-f]{6}/gi, (found) => shown[found.toLowerCase()] ?? found));
    const holder = el("div", { class: "vega", role: "img", "aria-label": printed.description ?? "figure", tabindex: "0" });
    place.replaceChildren(holder);
    await draw(holder, embed, specification);
    // A canvas keeps its colours, so that paper needs one of its own where the page is dark.
    if (parseInt(shown["#ffffff"].slice(1, 3), 16) < 128) {
      place.append(await draw(el("div", { class: "vega paper", "aria-hidden": "true" }), embed, printed));
    }
  } catch (fault) {
    place.replaceChildren(problemWords(fault));
  }
  place.removeAttribute("aria-busy");
}
