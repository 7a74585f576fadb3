// Reads rows of scores and doses; what cannot be read is told with its reason. Dates become days since the first dose.

const SAMPLE = `date, scale, score
2026-01-12, PHQ-9, 20
2026-01-14, PHQ-9, 12
2026-01-21, PHQ-9, 11
2026-02-02, PHQ-9, 8
2026-02-16, PHQ-9, 10
2026-03-02, PHQ-9, 13
date, drug, dose, unit, route, minutes
2026-01-12 09:00, ketamine, 40, mg, IV, 40
2026-01-15 09:00, ketamine, 40, mg, IV, 40
2026-01-19 09:00, ketamine, 40, mg, IV, 40
2026-01-22 09:00, ketamine, 40, mg, IV, 40
2026-01-26 09:00, ketamine, 40, mg, IV, 40
2026-01-29 09:00, ketamine, 40, mg, IV, 40
`;
export const sampleRows = () => SAMPLE;

const DAY = 86400000;

export function readRows(text, scales) {
  const scores = [], doses = [], items = [], wrong = [];
  text.split(/\r?\n/).forEach((line, at) => {
    const cells = line.split(/[,;\t]/).map((cell) => cell.trim());
    if (!line.trim() || /^(date|datetime)$/i.test(cells[0])) return;
    const date = readDate(cells[0]);
    const refuse = (reason) => wrong.push({ line: at + 1, text: line, reason });
    if (date === null) { refuse("the first cell is not a date such as 2026-01-12"); return; }
    if (cells.length <= 4 && !/^(es)?ketamine$/i.test(cells[1])) {
      if (/item ?9/i.test(cells[1])) { items.push({ date, score: cells[2] }); return; }
      const scale = Object.keys(scales).find((name) => name.toLowerCase().replace(/[^a-z0-9]/g, "") === cells[1]?.toLowerCase().replace(/[^a-z0-9]/g, ""));
      const score = Number(cells[2]);
      if (!scale) refuse(`there is no scale '${cells[1] ?? ""}'; known: ${Object.keys(scales).join(", ")}`);
      else if (cells[2] === "" || cells[2] === undefined || !Number.isFinite(score)) refuse("the score is not a number");
      else if (score < 0 || score > scales[scale].maximum) refuse(`${scale} runs from 0 to ${scales[scale].maximum}`);
      else scores.push({ date, scale, score });
      return;
    }
    const [, drug, amount, unit = "mg", route = "IV", minutes = ""] = cells;
    if (!(Number(amount) > 0)) refuse("the dose is not a number above 0");
    else doses.push({ date, phrase: `${drug} ${Number(amount)} ${unit} ${route}${Number(minutes) > 0 && /iv|nasal/i.test(route) ? ` over ${Number(minutes)} min` : ""}` });
  });
  const first = doses.length ? Math.min(...doses.map((dose) => Math.floor(dose.date / DAY))) : scores.length ? Math.min(...scores.map((score) => Math.floor(score.date / DAY))) : 0;
  // Time zero is the first dose at 09:00; a score without a time of day counts as taken before that day's treatment.
  const hours = (date) => (date - first * DAY) / 3600000 - 9;
  for (const score of scores) score.hours = Math.max(score.date % DAY ? hours(score.date) : (score.date / DAY - first) * 24, -24 * 400);
  scores.sort((one, other) => one.hours - other.hours);
  return { scores, items, wrong, doses, phrases: phrasesOf(doses, first), start: new Date(first * DAY).toISOString().slice(0, 10) };
}

function readDate(text) {
  const found = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{1,2}):(\d{2}))?/.exec(text ?? "");
  if (!found) return null;
  const [, year, month, day, hour = 0, minute = 0] = found.map(Number);
  const made = Date.UTC(year, month - 1, day, hour || 0, minute || 0);
  return new Date(made).getUTCDate() === day ? made : null;
}

function phrasesOf(doses, first) {
  const days = new Map();
  for (const dose of doses) days.set(dose.phrase, [...(days.get(dose.phrase) ?? []), Math.floor(dose.date / DAY) - first + 1]);
  return [...days].map(([phrase, on]) => `${phrase}, day${on.length > 1 ? "s" : ""} ${[...new Set(on)].sort((a, b) => a - b).join(", ")}`);
}
