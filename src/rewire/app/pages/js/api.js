// The addresses of the service, from its own description.
import { $, ask, el, problemWords } from "./dom.js";

$("example").textContent = `curl -s ${location.origin}/api/compare -H 'content-type: application/json' -d '{
  "plans": {"six infusions": "ketamine 0.5 mg/kg IV over 40 min, twice weekly for 3 weeks",
            "placebo": "saline IV over 40 min, twice weekly for 3 weeks"},
  "people": {"condition": "TRD", "n": 1000, "seed": 7}, "weeks": 12, "draws": 0}'`;
$("example").tabIndex = 0;
// Words between backticks are code.
const told = (words) => words.split("`").map((part, at) => (at % 2 ? el("code", {}, part) : part));
try {
  const { paths } = await ask("/api/openapi.json");
  $("routes").append(...Object.entries(paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, one]) =>
    el("li", { class: "route" }, el("b", {}, method.toUpperCase()), el("code", {}, path), el("span", {}, told(one.description ?? one.summary))))));
} catch (fault) { $("routes").replaceChildren(el("li", {}, problemWords(fault))); }
