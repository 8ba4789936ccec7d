/** What the operator does to sittings; each is one call of the server. */

import { del, post } from "../api.js";
import { ask, say } from "../ui.js";
import { may, missing } from "./missing.js";
import { name } from "./words.js";

const STOPPING = "What was recorded is kept. A session that is stopped before its last trial can be gone on with later.";

/** Begin a sitting; what is missing but harmless is asked about first. */
export async function begin(sitting) {
  const lacks = missing(sitting);
  if (!may(lacks)) {
    say(lacks.find((lack) => lack.stops).text, "bad");
    return;
  }
  if (lacks.length && !(await anyway("Begin anyway?", lacks.map((lack) => lack.text)))) return;
  await post(`/api/sittings/${sitting.id}/begin`, {});
}

/** Press a session's button: start, pause, resume, redo. */
export async function press(sitting, button) {
  await post(`/api/sittings/${sitting.id}/press`, { button });
}

/** Stop a session, after asking. */
export async function stop(sitting) {
  if (await sure(`Stop ${name(sitting)}?`, STOPPING, "Stop")) await press(sitting, "stop");
}

/** Clear a sitting away. */
export async function clear(sitting) {
  await del(`/api/sittings/${sitting.id}`);
}

/** Keep a note with the session's events. */
export async function note(sitting, words) {
  await post(`/api/sittings/${sitting.id}/notes`, { text: words });
}

/** Give a sitting another phone. */
export async function changePhone(sitting, device) {
  await post(`/api/sittings/${sitting.id}/device`, { device });
}

/** Begin all that are being prepared and may begin. */
export async function beginAll(sittings) {
  const waiting = sittings.filter((sitting) => sitting.stage === "preparing");
  const ready = waiting.filter((sitting) => may(missing(sitting)));
  const lacks = waiting.flatMap((sitting) => missing(sitting).map((lack) => `${name(sitting)}: ${lack.text}`));
  if (!ready.length) {
    say(lacks[0] ?? "No session is being prepared.", "bad");
    return;
  }
  const title = `Begin ${ready.length} of ${waiting.length} sessions?`;
  if (lacks.length && !(await anyway(title, lacks))) return;
  await forAll(ready, (sitting) => post(`/api/sittings/${sitting.id}/begin`, {}), "begun");
}

/** Press a button of all sessions that have it now. */
export async function pressAll(sittings, button, done) {
  await forAll(sittings.filter((one) => one.can.includes(button)), (one) => press(one, button), done);
}

/** Stop all sessions that run, after asking once. */
export async function stopAll(sittings) {
  const running = sittings.filter((sitting) => sitting.can.includes("stop"));
  if (await sure(`Stop all ${running.length} sessions?`, STOPPING, "Stop all")) await pressAll(running, "stop", "stopped");
}

async function sure(title, text, action) {
  return (await ask({ title, text, action, danger: true })) === true;
}

async function anyway(title, lacks) {
  return (await ask({ title, text: lacks.join(" "), action: "Begin anyway" })) === true;
}

/** Do something for each and tell once how it went. */
async function forAll(sittings, work, done) {
  const results = await Promise.allSettled(sittings.map(work));
  const failed = results.flatMap((result, i) => (result.status === "rejected" ? [[sittings[i], result.reason]] : []));
  const total = `${sittings.length - failed.length} of ${sittings.length} ${done}.`;
  const why = failed.map(([sitting, error]) => ` ${name(sitting)}: ${error.message}`).join("");
  say(total + why, failed.length ? "bad" : "good");
}
