/** What a sitting still lacks before it can begin. Consent and a phone that sends are never optional. */

import { allowed } from "../purposes.js";

const CONSENT = {
  asked: "The participant is being asked on their screen.",
  declined: "The participant declined: nothing is recorded. Thank them, and clear this session away.",
};

/**
 * @typedef {{code: string, text: string, stops: boolean}} Lack
 */

/**
 * List what is missing, in the order of the work.
 * @param {object} sitting
 * @returns {Lack[]}
 */
export function missing(sitting) {
  const state = sitting.device_state;
  const lacks = [];
  const lacking = CONSENT[sitting.consent?.state];
  if (lacking) lacks.push({ code: "consent", stops: true, text: lacking });
  if (!state || state.silent) {
    lacks.push({ code: "phone", stops: true, text: "The phone is silent. Is its app in front and connected?" });
  } else if (!state.face) {
    lacks.push({ code: "face", stops: false, text: "The phone sees no face. The recording would wait for one." });
  }
  if (!sitting.screen.connected) {
    lacks.push({ code: "screen", stops: false, text: "No screen is connected: the participant would see nothing." });
  } else if (!sitting.screen.ready) {
    lacks.push({ code: "ready", stops: false, text: "The screen is connected but hasn't said that it is ready." });
  }
  return lacks;
}

/** Whether the session may begin at all. @param {Lack[]} lacks @returns {boolean} */
export function may(lacks) {
  return !lacks.some((lack) => lack.stops);
}

/** What is asked for in the check, each with whether it is there. */
export function checklist(sitting) {
  const lacks = new Map(missing(sitting).map((lack) => [lack.code, lack]));
  const row = (label, ...codes) => {
    const lack = codes.map((code) => lacks.get(code)).find(Boolean);
    return { label, good: !lack, stops: lack?.stops ?? false, text: lack?.text ?? "" };
  };
  return [
    { ...row("Consent", "consent"), ...(sitting.consent?.state === "given" ? { text: `given on their screen, ${allowed(sitting.consent)}` } : {}) },
    row("Phone", "phone"),
    { ...row("Face", "face"), ...(lacks.has("phone") ? { good: false, text: "Not known while the phone is silent." } : {}) },
    row("Screen", "screen", "ready"),
  ];
}
