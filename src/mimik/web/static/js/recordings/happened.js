/** What happened in a session besides its trials: notes, pauses, lost stretches. */

import { duration, h } from "../ui.js";
import { timeText } from "../draw/curves/ticks.js";

/**
 * A list of notes, events and lost stretches in the order of time.
 * @param {Object} facts of the session
 * @param {(time: number) => void} look called to look at a time
 */
export function happened(facts, look) {
  const all = [...facts.events.map(event), ...facts.lost.map(lost)].sort((a, b) => (a.at ?? 0) - (b.at ?? 0));
  if (all.length === 0) return h("p", { class: "muted" }, "Nothing out of the ordinary: no notes, no pauses, no lost faces.");
  return h("ul", { class: "happened" }, all.map((each) => row(each, facts.seconds, look)));
}

function row({ at, text, kind }, longest, look) {
  const time = at === null ? "–" : timeText(Math.max(0, at), 0.1, longest);
  const go = at !== null && at >= 0 && at <= longest;
  return h(
    "li",
    { class: kind },
    go ? h("button", { class: "button", type: "button", "aria-label": `Go to ${time}`, onclick: () => look(at) }, time) : h("span", { class: "muted" }, time),
    h("span", null, text),
  );
}

function event({ at, duration: took, event: name, note }) {
  const text = note || name.replace(/-/g, " ");
  return { at, kind: note ? "note" : "event", text: (note ? "Note: " : "") + text + (took ? ` (${duration(took)})` : "") };
}

function lost({ from, to, kind }) {
  const what = kind === "no face" ? "No face" : "Nothing recorded";
  return { at: from, kind: "missing", text: `${what} for ${(to - from).toFixed(1)} s` };
}
