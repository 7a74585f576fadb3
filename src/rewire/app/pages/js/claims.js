// The ten claims with their grades: what speaks for each, what against it, and what is not known.
import { el } from "./dom.js";

const works = (title, said) => (said.length ? [el("h3", {}, title), el("ul", {}, said.map((one) => el("li", {}, el("a", { href: one.address, title: one.full, target: "_blank", rel: "noreferrer noopener" }, one.short), `: ${one.says}.`)))] : [el("h3", {}, title), el("p", { class: "quiet" }, "Nothing at hand.")]);

export const drawClaims = (told, fits, count) => {
  const found = told.claims.filter(fits);
  count.textContent = `${found.length} of ${told.claims.length} claims`;
  return [el("dl", { class: "grades" }, Object.entries(told.grades).map(([letter, rule]) => el("div", {}, el("dt", { class: "grade" }, letter), el("dd", {}, rule)))),
    ...found.map((one) => el("details", { class: "claim", id: one.name }, el("summary", {}, el("span", { class: "grade", title: one.rule }, one.grade), el("span", {}, el("h2", {}, `${one.name}. ${one.title}`), el("span", { class: "quiet" }, one.why))),
      works("For", one.for), works("Against", one.against), el("h3", {}, "What the model does with it"), el("p", {}, one.model),
      one.contradictions.length ? [el("h3", {}, "Contradictions it carries"), el("ul", {}, one.contradictions.map(({ says, carried }) => el("li", {}, `${says} Carried by: ${carried}.`)))] : null,
      el("h3", {}, "What is not known"), el("p", {}, one.unknown)))];
};
