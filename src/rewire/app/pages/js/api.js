// The addresses of the service, from its own description.
import { $, ask, el, problemWords } from "./dom.js";

$("example").textContent = `curl -s ${location.origin}/api/compare -H 'content-type: application/json' -d '{
  "plans": {"six infusions": "ketamine 0.5 mg/kg IV over 40 min, twice weekly for 3 weeks",
            "placebo": "saline IV over 40 min, twice weekly for 3 weeks"},
  "people": {"condition": "TRD", "n": 1000, "seed": 7}, "weeks": 12, "draws": 0}'`;
$("example").tabIndex = 0;
try {
  const told = await ask("/api/openapi.json");
  $("routes").append(...Object.entries(told.paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, one]) => el("tr", {}, el("td", {}, method.toUpperCase()), el("td", {}, el("code", {}, path)), el("td", {}, one.description ?? one.summary)))));
} catch (fault) { $("routes").replaceChildren(el("tr", {}, el("td", {}, problemWords(fault)))); }
