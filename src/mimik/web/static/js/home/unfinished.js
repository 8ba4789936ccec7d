/** Sessions that broke off: each is gone on with, kept as it is, or discarded. */

import { del, post } from "../api.js";
import { ask, busy, counted, h, number, say, when } from "../ui.js";

/** Draw it, for `glance`. */
export function unfinished({ unfinished: sessions }) {
  if (sessions.length === 0) return [[]];
  return [
    sessions,
    h(
      "section",
      { class: "card", "aria-labelledby": "unfinished" },
      h("h2", { id: "unfinished", tabindex: -1 }, `Unfinished (${number(sessions.length)})`),
      h("p", null, "What was recorded is safe. Training leaves these sessions out until you have decided."),
      h("ul", { class: "unfinished" }, ...sessions.map(item)),
    ),
  ];
}

function item(session) {
  const name = `${session.participant} ${session.session}`;
  const trials = `${number(session.trials_done)} of ${counted(session.trials, "trial")} complete`;
  return h(
    "li",
    null,
    h("h3", null, h("span", { class: "mono" }, name)),
    h("p", { class: "muted" }, `${when(session.started)} · ${trials} · ${counted(session.frames, "frame")}`),
    session.problem && h("p", { class: "problem" }, session.problem),
    h(
      "div",
      { class: "row" },
      !session.problem && h("a", { class: "button primary", href: resumeLink(session), "aria-label": `Resume ${name}` }, "Resume"),
      button("Keep as it is", name, "", (pressed) => keep(pressed, session)),
      button("Discard", name, "danger", (pressed) => discard(pressed, session)),
    ),
  );
}

function button(text, name, kind, act) {
  const element = h("button", { class: `button ${kind}`, type: "button", "aria-label": `${text}: ${name}` }, text);
  element.addEventListener("click", () => act(element));
  return element;
}

/** Where a session is gone on with. */
export function resumeLink({ participant, session }) {
  return `/sessions#resume=${encodeURIComponent(participant)}/${encodeURIComponent(session)}`;
}

async function keep(pressed, session) {
  const wanted = await ask({
    title: `Keep ${session.participant} ${session.session} as it is?`,
    text:
      `${number(session.trials_done)} of ${counted(session.trials, "trial")} are complete and will be used. ` +
      "The trial that broke off is kept but not used. The session can't be resumed afterwards.",
    action: "Keep as it is",
  });
  if (!wanted) return;
  await busy(pressed, async () => {
    await post(`${path(session)}/finish`);
    say(`${session.participant} ${session.session} is kept as it is.`, "good");
    changed(pressed);
  });
}

async function discard(pressed, session) {
  const wanted = await ask({
    title: `Discard ${session.participant} ${session.session}?`,
    text:
      `Lost for good: ${counted(session.frames, "frame")}, ${counted(session.trials_done, "complete trial")} among them, ` +
      `recorded ${when(session.started)}. There is no undo. The participant and their consent stay.`,
    action: "Discard for good",
    danger: true,
  });
  if (!wanted) return;
  await busy(pressed, async () => {
    await del(path(session));
    say(`${session.participant} ${session.session} is discarded.`);
    changed(pressed);
  });
}

/** The page asks anew even if the studio's own message is late. */
function changed(pressed) {
  pressed.dispatchEvent(new CustomEvent("studychanged", { bubbles: true }));
}

function path({ participant, session }) {
  return `/api/sessions/${encodeURIComponent(participant)}/${encodeURIComponent(session)}`;
}
