/** What phases, signals and ends are called; every state has an icon and words, never a colour alone. */

const PHASES = {
  "ready": "About to begin",
  "waiting-for-start": "Waiting for Start",
  "waiting-for-face": "Looking for the face",
  "recording": "Recording",
  "asking": "Asking questions",
  "paused": "Paused",
  "done": "Saving", // over for the participant; "ended" comes when all is on the disk
  "stopped": "Saving",
};

const ENDS = {
  complete: { kind: "good", icon: "✓", text: "Complete" },
  stopped: { kind: "warn", icon: "■", text: "Stopped" },
  broken: { kind: "bad", icon: "✕", text: "Broken off" },
};

/** How far a participant is who is asked for consent on their own screen. */
const CONSENT = {
  asked: { kind: "info", icon: "○", text: "Asking for consent" },
  given: { kind: "good", icon: "✓", text: "Consent given" },
  declined: { kind: "bad", icon: "✕", text: "Consent declined" },
};

/** Name a phase of a view. @returns {string} */
export function phase(name) {
  return PHASES[name] ?? name;
}

/**
 * Say where a sitting stands.
 * @returns {{kind: string, icon: string, text: string}}
 */
export function stage(sitting) {
  if (sitting.stage === "preparing") return CONSENT[sitting.consent?.state] ?? { kind: "info", icon: "○", text: "Preparing" };
  if (sitting.stage === "ended") return ENDS[sitting.ended] ?? ENDS.stopped;
  const name = sitting.view?.phase ?? "ready";
  if (name === "paused") return { kind: "warn", icon: "❚❚", text: phase(name) };
  if (name === "recording") return { kind: "good", icon: "●", text: phase(name) };
  if (name === "waiting-for-face") return { kind: "warn", icon: "▲", text: phase(name) };
  return { kind: "info", icon: "○", text: phase(name) };
}

/**
 * Say how a phone's signal is.
 * @param {{silent: boolean, face: boolean} | null | undefined} state
 * @returns {{kind: string, icon: string, text: string}}
 */
export function signal(state) {
  if (!state || state.silent) return { kind: "bad", icon: "✕", text: "Phone silent" };
  if (!state.face) return { kind: "warn", icon: "▲", text: "No face" };
  return { kind: "good", icon: "✓", text: "Face" };
}

/** Name a sitting for people. @returns {string} */
export function name(sitting) {
  return sitting.label || sitting.participant || `Phone ${sitting.device}`;
}

/** Name whoever takes part; a fresh pseudonym is drawn only when the session begins. @returns {string} */
export function who(sitting) {
  if (!sitting.participant) return "new participant";
  return sitting.session ? `${sitting.participant} · ${sitting.session}` : sitting.participant;
}

/** Name a phone. @returns {string} */
export function phone(device) {
  const number = device.study_number ?? device.number;
  const named = device.name ? ` (${device.name})` : "";
  return `${device.simulated ? "Simulated phone" : "Phone"} ${number}${named}`;
}

/** Name a language in English, or give its code. @returns {string} */
export function language(code) {
  try {
    return new Intl.DisplayNames(["en"], { type: "language" }).of(code) ?? code;
  } catch {
    return code;
  }
}

/** Frames per second in a few characters. @returns {string} */
export function rate(value) {
  return value === null || value === undefined ? "no rate yet" : `${value.toFixed(0)} frames/s`;
}

/** How far a trial is, in words. @returns {string} */
export function trial(view) {
  return view ? `trial ${view.trial} of ${view.of}` : "";
}
