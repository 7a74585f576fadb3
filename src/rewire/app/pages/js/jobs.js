// Studies in the queue: start one, hear how it goes, cancel it.
import { ask, Problem } from "./dom.js";

// Tells `heard(kind, status)` of waiting, running, first, done, failed, cancelled. `stop()` cancels.
export async function startStudy(study, heard) {
  return followStudy(await ask("/api/studies", study), heard);
}

// A published trial, simulated as it was done.
export const scoreTrial = async (name, heard) => followStudy(await ask(`/api/trials/${encodeURIComponent(name)}/score`, {}), heard);

export const scoreAll = async (heard) => followStudy(await ask("/api/scorecard", {}), heard);

export const scoreFacts = async (heard) => followStudy(await ask("/api/facts", {}), heard);

export function followStudy(job, heard) {
  const stream = new EventSource(`/api/studies/${job.id}/events`);
  const ended = new Promise((settle, refuse) => {
    for (const kind of ["waiting", "running", "first", "done", "failed", "cancelled"]) {
      stream.addEventListener(kind, (event) => {
        const status = JSON.parse(event.data);
        heard(kind, status);
        if (kind === "done" || kind === "cancelled") { stream.close(); settle(kind); }
        if (kind === "failed") { stream.close(); refuse(new Problem(status.error)); }
      });
    }
    stream.onerror = () => { stream.close(); refuse(new Problem({ problem: "the workbench does not answer any more", advice: "is `rewire serve` still running?" })); };
  });
  return { id: job.id, ended, stop: () => ask(`/api/studies/${job.id}`, undefined, { method: "DELETE" }).catch(() => {}), result: () => ask(`/api/studies/${job.id}/result`) };
}
