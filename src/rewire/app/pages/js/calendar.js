// The plan on a calendar of weeks: events are dragged, or moved with the arrow keys, and the words follow.
import { el, KIND_COLOURS } from "./dom.js";

const DAYS = ["1", "2", "3", "4", "5", "6", "7"];

export class Calendar {
  // `move(event, day, whole)` moves an event, or takes it away when `day` is null; `look(hours)` shows that moment.
  constructor(place, { move, look }) {
    Object.assign(this, { place, move, look });
  }

  show(events, weeks, today) {
    const focused = document.activeElement?.dataset?.key;
    const shown = Math.max(1, Math.min(Math.ceil(weeks), 104));
    const byDay = new Map();
    for (const event of events) if (event.day >= 1) byDay.set(event.day, [...(byDay.get(event.day) ?? []), event]);
    const rows = [];
    for (let week = 0; week < shown; week += 1) {
      rows.push(el("tr", {}, el("td", { class: "week" }, `w${week + 1}`), DAYS.map((_, at) => this.cell(week * 7 + at + 1, byDay, today))));
    }
    const scrolled = this.place.querySelector(".calendar-scroll")?.scrollTop ?? 0;
    this.place.replaceChildren(el("div", { class: "calendar-scroll", tabindex: "0", role: "region", "aria-label": "Calendar of the plan" }, el("table", { class: "calendar" },
      el("thead", {}, el("tr", {}, el("th", { scope: "col" }, el("span", { class: "hidden-words" }, "week")), DAYS.map((day) => el("th", { scope: "col" }, `d${day}`)))), el("tbody", {}, rows))));
    this.place.firstElementChild.scrollTop = scrolled;
    if (focused) this.place.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus();
  }

  mark(day) {
    this.place.querySelector(".now-day")?.classList.remove("now-day");
    this.place.querySelector(`[data-day="${day}"]`)?.classList.add("now-day");
  }

  cell(day, byDay, today) {
    const events = byDay.get(day) ?? [];
    return el("td", { "data-day": day, class: day === today ? "now-day" : null },
      events.slice(0, 3).map((event) => this.chip(event)), events.length > 3 ? el("small", {}, `+${events.length - 3}`) : null,
      el("span", { class: "day", "aria-hidden": "true" }, day));
  }

  chip(event) {
    const chip = el("button", { type: "button", class: "chip", swatch: KIND_COLOURS[event.kind], "data-key": `${event.line}:${event.day}`, title: `${event.what}, day ${event.day}, ${event.clock}`,
      "aria-label": `${event.what}, day ${event.day}, ${event.clock}. Arrow keys move it, with shift the whole phrase; delete takes it away.` }, event.name);
    chip.addEventListener("keydown", (key) => this.key(key, event));
    chip.addEventListener("click", () => this.look(event.hours));
    chip.addEventListener("pointerdown", (pointer) => this.drag(pointer, chip, event));
    return chip;
  }

  key(key, event) {
    const by = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 }[key.key];
    if (by) {
      key.preventDefault();
      const day = event.day + by;
      if (day >= 1) this.move(event, day, key.shiftKey, `${event.line}:${day}`);
    }
    if (key.key === "Delete" || key.key === "Backspace") { key.preventDefault(); this.move(event, null, key.shiftKey); }
  }

  drag(down, chip, event) {
    if (down.button) return;
    let ghost = null, over = null;
    const follow = (pointer) => {
      if (!ghost && Math.hypot(pointer.clientX - down.clientX, pointer.clientY - down.clientY) < 5) return;
      if (!ghost) { ghost = chip.cloneNode(true); ghost.classList.add("ghost"); ghost.removeAttribute("data-key"); document.body.append(ghost); chip.classList.add("lifted"); }
      ghost.style.left = `${pointer.clientX + 6}px`;
      ghost.style.top = `${pointer.clientY - 10}px`;
      over?.classList.remove("over");
      over = document.elementFromPoint(pointer.clientX, pointer.clientY)?.closest("td[data-day]");
      over?.classList.add("over");
    };
    const drop = (pointer) => {
      removeEventListener("pointermove", follow);
      removeEventListener("pointerup", drop);
      removeEventListener("pointercancel", drop);
      over?.classList.remove("over");
      chip.classList.remove("lifted");
      ghost?.remove();
      const day = Number(over?.dataset.day);
      if (pointer.type === "pointerup" && ghost && day && day !== event.day) this.move(event, day, pointer.shiftKey, `${event.line}:${day}`);
    };
    addEventListener("pointermove", follow);
    addEventListener("pointerup", drop);
    addEventListener("pointercancel", drop);
  }
}
