// Numbers of trials as they are read: what was measured and when, the number in its unit, an interval as a bar.
import { el, number, svg } from "./dom.js";

const SHARES = ["response", "remission", "worse", "sustained", "response difference"];
const POINTS = ["mean", "sd", "mean change", "sd change", "difference"];

export const valueWords = (measure, value) => (value === null ? "–" : SHARES.includes(measure) ? `${Math.round(100 * value)} %`.replace("-", "−") : number(value));

const span = (hours) => (hours > 0 && hours < 2 ? `${Math.round(hours * 60)} min` : hours < 72 ? `${number(hours)} h` : hours < 672 ? `${number(hours / 24)} d` : `${number(hours / 168)} weeks`);
const time = (hours) => (hours >= 672 && hours % 168 === 0 ? `week ${hours / 168}` : hours >= 72 && hours % 24 === 0 ? `day ${hours / 24 + 1}` : span(hours));

// A time counted from its origin, in the words of trial files: the first dose is on day 1.
export const timeWords = (at, origin) => (origin === null || origin === undefined ? (at === null ? "" : time(at)) : `${at === null ? "" : span(at - origin)} from ${time(origin)}`.trim());

export const measureWords = (row) => [`${row.scale} ${row.measure}`, timeWords(row.at, row.from)].filter(Boolean).join(", ");

export const intervalWords = (row) => `${valueWords(row.measure, row.p10)} to ${valueWords(row.measure, row.p90)}`;

// How far rows are off on average, and how far a model that is right in every way would be.
export function errorWords(rows) {
  const of = (measures, name, unit, factor) => {
    const told = rows.filter((row) => measures.includes(row.measure) && row.observed !== null && row.predicted !== null);
    if (!told.length) return null;
    const mean = (value) => number((factor * told.reduce((sum, row) => sum + value(row), 0)) / told.length);
    return `${name} are ${mean((row) => Math.abs(row.predicted - row.observed))} ${unit} off (${mean((row) => row.expected_error)} if the model were right in every way)`;
  };
  const parts = [of(SHARES, "shares", "percentage points", 100), of(POINTS, "scores", "points", 1)].filter(Boolean);
  return parts.length ? `On average ${parts.join(", ")}.` : "";
}

// Where a trial is told in full, with its source.
export const trialLink = (name) => el("a", { href: `/evidence#${new URLSearchParams({ kind: "trials", query: name })}` }, name);

export const verdict = (row) => (row.inside === null || row.inside === undefined ? "" : el("span", { class: `tag ${row.inside ? "strong" : "assumed"}` }, row.inside ? "inside" : "outside"));

// The interval as a bar, the middle as a stroke, what was found as a dot; each row on its own scale.
export function interval(row) {
  if (row.p10 === null) return el("span", { class: "quiet" }, row.reason);
  const low = Math.min(row.p10, row.observed), high = Math.max(row.p90, row.observed), pad = (high - low) * 0.12 || 1;
  const x = (value) => 110 * ((value - low + pad) / (high - low + 2 * pad));
  return el("span", { class: "interval" }, svg("svg", { viewBox: "0 0 110 16", width: 110, height: 16, "aria-hidden": "true" },
    svg("rect", { x: x(row.p10), width: Math.max(1, x(row.p90) - x(row.p10)), y: 5, height: 6, rx: 3, fill: "var(--blue)", opacity: 0.3 }), svg("line", { x1: x(row.predicted), x2: x(row.predicted), y1: 2, y2: 14, stroke: "var(--blue)", "stroke-width": 2 }), svg("circle", { cx: x(row.observed), cy: 8, r: 4, fill: row.inside ? "var(--good)" : "var(--orange)" })), el("span", {}, intervalWords(row)));
}

// A table that becomes one card a row on a phone; the roles keep it a table for those who listen to it.
export const table = (label, columns, rows) => el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": label }, el("table", { class: "scored", role: "table" },
  el("thead", { role: "rowgroup" }, el("tr", { role: "row" }, columns.map((text) => el("th", { scope: "col", role: "columnheader" }, text || el("span", { class: "hidden-words" }, "verdict"))))),
  el("tbody", { role: "rowgroup" }, rows.map((cells) => el("tr", { role: "row" }, cells.map((cell, at) => el("td", { role: "cell", "data-column": columns[at] || null }, cell)))))));
