// Small helpers: elements, requests with errors in plain words, numbers, time, what the address says.

export const $ = (id) => document.getElementById(id);

const SVG = "http://www.w3.org/2000/svg";

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "swatch") node.style.setProperty("--swatch", value);
    else if (name === "value") node.value = value;
    else if (name === "checked") node.checked = value;
    else node.setAttribute(name === "class_" ? "class" : name, value === true ? "" : value);
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

export const el = (tag, attributes, ...children) => fill(document.createElement(tag), attributes, children);
export const svg = (tag, attributes, ...children) => fill(document.createElementNS(SVG, tag), attributes, children);

// A link to the equation, the numbers and the sources behind a quantity of the model.
export const sourceOf = (name, words = name) => el("a", { class: "source", href: `/evidence#quantity=${encodeURIComponent(name)}`, title: "where this comes from" }, words);

export class Problem extends Error {
  constructor(told) {
    super(told.problem);
    this.told = told;
  }
}

export async function ask(path, body, options = {}) {
  let answer;
  try {
    answer = await fetch(path, body === undefined ? options : {
      method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body), ...options,
    });
  } catch (fault) {
    if (fault.name === "AbortError") throw fault;
    throw new Problem({ problem: "the workbench does not answer", advice: "is `rewire serve` still running?" });
  }
  if (answer.ok) return answer.json();
  const text = await answer.text();
  let told = { problem: text || `the workbench answers ${answer.status}` };
  try { told = JSON.parse(text).error ?? told; } catch { /* plain words already */ }
  throw new Problem(told);
}

export function problemWords(fault) {
  const told = fault.told ?? { problem: fault.message };
  return el("div", { class: "wrong-words", role: "alert" }, told.problem, told.expected ? el("div", {}, `Expected: ${told.expected}`) : null,
    told.advice ? el("div", {}, `Try: ${told.advice}`) : null);
}

export function later(wait, work) {
  let timer;
  return (...given) => { clearTimeout(timer); timer = setTimeout(() => work(...given), wait); };
}

// A number as it is read: few digits, a true minus.
export const number = (value) => digits(value).replace("-", "−");

function digits(value) {
  if (value === null || value === undefined || Number.isNaN(value)) return "–";
  const size = Math.abs(value);
  if (size >= 1000) return value.toLocaleString("en", { maximumFractionDigits: 0 });
  if (size >= 100) return value.toFixed(0);
  if (size >= 10) return String(Number(value.toFixed(1)));
  if (size >= 0.005 || size < 1e-6) return String(Number(value.toFixed(2)) || 0);
  return value > 0 ? "< 0.01" : "> −0.01";
}

export function momentWords(hours) {
  const minutes = Math.round(hours * 60) + 9 * 60;
  const day = Math.floor(minutes / 1440) + 1;
  const clock = ((minutes % 1440) + 1440) % 1440;
  return `Day ${day}, ${String(Math.floor(clock / 60)).padStart(2, "0")}:${String(clock % 60).padStart(2, "0")}`;
}

export const nearest = (sorted, value) => {
  let low = 0, high = sorted.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < value) low = middle + 1; else high = middle;
  }
  return low > 0 && value - sorted[low - 1] < sorted[low] - value ? low - 1 : low;
};

// A study in the address: everything needed to share it, nothing kept anywhere.
export const readAddress = () => new URLSearchParams(location.hash.slice(1));
export const writeAddress = (values) => history.replaceState(null, "", `#${new URLSearchParams(values)}`);

const COLOURS = { "#2b62b0": "blue", "#c2560c": "orange", "#1c3046": "navy", "#5c8fa3": "teal", "#6b2b10": "brown", "#7d8a63": "olive", "#5d6770": "grey" };
export const colour = (hex) => `var(--${COLOURS[hex] ?? "blue"})`;
export const KIND_COLOURS = { dose: "var(--blue)", session: "var(--brown)", activity: "var(--olive)", lifeevent: "var(--orange)" };
export const PLAN_COLOURS = ["var(--blue)", "var(--orange)", "var(--navy)", "var(--teal)"];
