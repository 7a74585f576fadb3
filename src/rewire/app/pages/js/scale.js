// Straight scales and round ticks.

export function ticks(low, high, count) {
  const span = high - low || 1;
  const rough = span / Math.max(count, 1);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((times) => times * power).find((size) => size >= rough - 1e-12);
  const found = [];
  for (let at = Math.ceil(low / step - 1e-9) * step; at <= high + step * 1e-9; at += step) found.push(Math.abs(at) < step * 1e-9 ? 0 : at);
  return found;
}

// Ticks of a time axis in hours, with their words: hours, days or weeks, whichever reads best.
export function timeTicks(low, high, most) {
  const span = high - low;
  const [unit, name] = span <= 30 ? [1, "h"] : span <= 24 * 21 ? [24, "day"] : [168, "week"];
  const steps = unit === 1 ? [1, 2, 3, 4, 6, 12] : unit === 24 ? [1, 2, 3, 7] : [1, 2, 4, 8, 13, 26];
  const step = (steps.find((size) => span / unit / size <= most) ?? steps.at(-1)) * unit;
  const start = unit === 1 ? low : 0;
  const found = [];
  for (let at = start + Math.ceil((low - start) / step - 1e-9) * step; at <= high + 1e-9; at += step) {
    found.push([at, unit === 1 ? `${Math.round(at - start)} h` : unit === 24 ? `day ${Math.round(at / 24) + 1}` : at === 0 ? "start" : `${Math.round(at / 168)} week${at === 168 ? "" : "s"}`]);
  }
  return found;
}

export const scale = (low, high, from, to) => (value) => from + ((value - low) / (high - low || 1)) * (to - from);

// A path through points, thinned to the smallest and largest value of each pixel column.
export function path(hours, values, x, y, low, high) {
  let text = "", column = null, least = 0, most = 0, last = null;
  const flush = () => {
    if (column === null) return;
    text += `${text ? "L" : "M"}${column},${y(most).toFixed(1)}`;
    if (most - least > 1e-12) text += `L${column},${y(least).toFixed(1)}`;
    if (last !== null) text += `L${column},${y(last).toFixed(1)}`;
  };
  for (let at = 0; at < hours.length; at += 1) {
    if (hours[at] < low - 0.001 && hours[at + 1] < low) continue;
    if (hours[at] > high && hours[at - 1] > high) break;
    const here = Math.round(x(hours[at]) * 2) / 2;
    if (here !== column) { flush(); column = here; least = most = values[at]; } else { least = Math.min(least, values[at]); most = Math.max(most, values[at]); }
    last = values[at];
  }
  flush();
  return text;
}
