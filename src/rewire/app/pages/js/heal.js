// Five scenes with the model behind them: words that can be read alone, a drawing, at most four things to change.
import { $, ask, el, problemWords, sourceOf } from "./dom.js";
import { drawStuck, drawHours } from "./scene_first.js";
import { drawConnections, drawPeople, drawWindow } from "./scene_later.js";

const DRAW = { stuck: drawStuck, hours: drawHours, connections: drawConnections, window: drawWindow, people: drawPeople };
const NUMERALS = ["one", "two", "three", "four", "five"];
const MOMENT = { stuck: [0.3, "days"], hours: [0.045, "hours"], connections: [0.28, "days"], window: [0.42, "days"], people: [1, "day"] };

try {
  const told = await ask("/api/scenes");
  $("scene-nav").append(...told.scenes.map((scene, at) => el("a", { href: `#${scene.name}` }, `${at + 1} ${scene.title}`)));
  $("scenes").replaceChildren(...told.scenes.map((scene, at) => sceneOf(scene, at, told)));
  document.body.dataset.drawn = String(told.scenes.length);
  if (location.hash) document.querySelector(`#${CSS.escape(location.hash.slice(1))}`)?.scrollIntoView();
} catch (fault) { $("scenes").replaceChildren(problemWords(fault)); }

function sceneOf(scene, order, told) {
  const chosen = scene.controls.map((control) => control.start);
  const stage = el("div", { class: "drawings" }), extra = el("div", {}), said = el("p", { class: "said", role: "status" });
  const [start, kind] = MOMENT[scene.name];
  const steps = scene.days ? scene.days.length - 1 : scene.hours.length - 1;
  const moment = el("input", { type: "range", id: `moment-${scene.name}`, min: 0, max: steps, value: Math.round(start * steps) });
  const when = el("strong", {});
  const picture = DRAW[scene.name](stage, extra, scene, told);
  const wordsAt = (at) => scene.days ? `day ${scene.days[at] + 1}` : kind === "hours" ? `${Math.floor(scene.hours[at])} h ${String(Math.round((scene.hours[at] % 1) * 60)).padStart(2, "0")} min` : `day ${Math.floor(scene.hours[at] / 24) + 1}`;
  const show = () => {
    const at = Number(moment.value), answer = scene.answers[chosen.join("-")];
    when.textContent = wordsAt(at);
    moment.setAttribute("aria-valuetext", when.textContent);
    said.textContent = picture(answer, at, chosen);
  };
  moment.addEventListener("input", show);
  const controls = scene.controls.map((control, place) => {
    const group = el("div", { class: "choices", role: "group", "aria-label": control.words }, control.options.map((words, at) => el("button", { type: "button", "aria-pressed": String(at === chosen[place]), onclick: () => {
      chosen[place] = at;
      [...group.children].forEach((button, one) => button.setAttribute("aria-pressed", String(one === at)));
      show();
    } }, words)));
    return el("div", { class: "field" }, el("span", {}, control.words), group);
  });
  show();
  return el("article", { class: "scene", id: scene.name, "aria-labelledby": `title-${scene.name}` },
    el("div", { class: "telling" }, el("span", { class: "numeral" }, `Scene ${NUMERALS[order]}`), el("h2", { id: `title-${scene.name}` }, scene.title), el("p", { class: "lead" }, scene.lead), scene.words.map((words) => el("p", {}, words))),
    el("div", { class: "backing" }, el("aside", { class: "sheet sure", "aria-label": `How sure are we? ${scene.title}` }, el("h3", {}, "How sure are we?"), el("ul", {}, scene.sure.map(claim)),
        el("p", { class: "small" }, el("strong", {}, "What this cannot tell you. "), scene.limits, " Talk to a clinician about your own treatment.")),
      el("details", {}, el("summary", {}, "Questions to think about"), el("ul", {}, scene.think.map((words) => el("li", {}, words))))),
    el("div", { class: "play-area" }, el("div", { class: "sheet" }, stage, said, el("div", { class: "moment" }, el("div", {}, el("label", { for: moment.id }, "Moment"), when), moment), el("div", { class: "controls" }, controls), extra, extra.querySelector(".mini") && el("div", { class: "ends" }, el("span", {}, el("span", {}, wordsAt(0)), el("span", {}, wordsAt(steps)))), el("p", { class: "quiet small" }, "Where these numbers come from: ", numbersOf(scene).flatMap((name, at) => [at ? ", " : "", sourceOf(name, name.replaceAll("_", " "))]), "."))));
}

// What the model works out for a scene; people are counted by their scores.
function numbersOf(scene) { return Object.keys(Object.values(scene.answers)[0].series ?? { MADRS: [] }); }

function claim(one) {
  return el("li", {}, el("span", { class: `tag ${one.grade}` }, one.grade), " ", one.claim, one.evidence ? el("span", { class: "quiet" }, ` ${one.evidence}`) : null,
    one.sources.map((source) => [" ", el("a", { href: source.address, title: source.title, target: "_blank", rel: "noreferrer noopener" }, source.short)]));
}
