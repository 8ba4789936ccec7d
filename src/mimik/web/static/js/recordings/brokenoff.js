/** A session that broke off: why it can't be looked at, and what can be done with it. */

import { del, post } from "../api.js";
import { ask, busy, h, say } from "../ui.js";
import { pathOf } from "./address.js";

/**
 * What to do with an interrupted session, or where it runs.
 * @param {Object} session as GET /api/sessions lists it
 * @param {() => Promise<void>} changed called afterwards
 */
export function brokenOff(session, changed) {
  if (session.running) {
    return h("p", null, "It is being recorded now. ", h("a", { class: "button", href: "/sessions" }, "Go to Sessions"));
  }
  const { participant, session: name, problem } = session;
  const why = problem
    ? `It broke off, and can't be resumed: ${problem}`
    : "It broke off before its end. Frames can be looked at once it is finished: resume it, or keep it as it is.";
  return h(
    "div",
    null,
    h("p", null, why),
    h(
      "div",
      { class: "row" },
      !problem && h("a", { class: "button primary", href: `/sessions#resume=${participant}/${name}` }, "Resume it"),
      !problem && button("Keep as it is", "", () => keep(session, changed)),
      button("Remove for good", "danger", () => remove(session, changed)),
    ),
  );
}

function button(text, kind, work) {
  return h("button", { class: `button ${kind}`, type: "button", onclick: (event) => busy(event.currentTarget, work) }, text);
}

async function keep(session, changed) {
  const wanted = await ask({
    title: `Keep ${session.participant} ${session.session} as it is?`,
    text: "Its complete trials can be used; the missing ones can't be recorded any more. Its status becomes “partial”.",
    action: "Keep as it is",
  });
  if (!wanted) return;
  await post(`${pathOf(session)}/finish`);
  say("The session is kept.", "good");
  await changed();
}

async function remove(session, changed) {
  const wanted = await ask({
    title: `Remove ${session.participant} ${session.session} for good?`,
    text: `Its ${session.frames} frames will be deleted. This can't be undone.`,
    action: "Remove for good",
    danger: true,
  });
  if (!wanted) return;
  await del(pathOf(session));
  say("The session is removed.", "good");
  await changed();
}
