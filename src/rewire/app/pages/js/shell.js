// What every page does: light and dark, whether the model is ready, pages kept for use without a network.
import { $, ask } from "./dom.js";

const root = document.documentElement;
const kept = localStorage.getItem("look");
if (kept) root.dataset.look = kept;

$("look").addEventListener("click", () => {
  const dark = root.dataset.look ? root.dataset.look === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.look = dark ? "light" : "dark";
  localStorage.setItem("look", root.dataset.look);
  dispatchEvent(new Event("look"));
});

async function watch() {
  const words = $("waiting");
  for (;;) {
    try {
      const health = await ask("/api/health");
      if (health.problem) words.textContent = `The model cannot be made ready: ${health.problem}`;
      if (health.ready) { words.hidden = true; dispatchEvent(new Event("ready")); return; }
      words.hidden = false;
      if (!health.problem) words.textContent = "Getting the model ready. The very first time this takes about half a minute; reading plans and evidence works already.";
    } catch { return; }
    await new Promise((go) => setTimeout(go, 500));
  }
}
if (navigator.onLine || location.hostname === "localhost" || location.hostname === "127.0.0.1") watch();
if ("serviceWorker" in navigator && isSecureContext) navigator.serviceWorker.register("/offline.js").catch(() => {});
