// The card of a curve: value, unit, meaning, and the way to its source.
import { $, el, number } from "./dom.js";

let pinned = false;

export function showCard(line, panel, value, where, passing = false) {
  const card = $("card");
  if (passing && pinned) return;
  if (!line) { if (!pinned) card.hidden = true; return; }
  pinned = !passing;
  card.replaceChildren(
    el("div", { class: "row spread" }, el("h3", {}, line.words ?? line.name), pinned ? el("button", { type: "button", class: "plain", "aria-label": "Close", onclick: hideCard }, "×") : null),
    el("div", { class: "value" }, `${number(value)} `, el("small", {}, panel.unit)),
    el("p", {}, `${line.meaning}.`),
    pinned ? el("p", {}, el("a", { href: `/evidence#quantity=${encodeURIComponent(line.name)}` }, "Equation, numbers and sources")) : el("p", { class: "quiet" }, "Click for its equation, numbers and sources."));
  card.hidden = false;
  const box = card.getBoundingClientRect();
  card.style.left = `${Math.max(8, Math.min(where.left + where.width + 14, innerWidth - box.width - 8))}px`;
  card.style.top = `${Math.max(8, Math.min(where.top + 14, innerHeight - box.height - 8))}px`;
  if (pinned) card.querySelector("a").focus({ preventScroll: true });
}

export function hideCard() { pinned = false; $("card").hidden = true; }

addEventListener("keydown", (event) => { if (event.key === "Escape") hideCard(); });
addEventListener("pointerdown", (event) => { if (pinned && !event.target.closest("#card, .legend, .panel svg")) hideCard(); });
