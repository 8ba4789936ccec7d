/** The study at a glance: what to do next, how much there is, what is missing, what is unfinished. */

import { counted, h, keepFocus, number, replace, setText } from "../ui.js";
import { balance } from "./balance.js";
import { inEnglish } from "./languages.js";
import { unfinished } from "./unfinished.js";

const KINDS = [
  ["complete", "complete"],
  ["interrupted", "interrupted"],
  ["partial", "kept with what is there"],
  ["imported", "imported"],
];

/**
 * Build the page; `show` fills it anew and leaves alone what did not change, so that focus stays where it is.
 * @param {HTMLElement} main
 * @returns {{show: function(Object), outdated: function(Error)}}
 */
export function glance(main) {
  const title = h("h1", null);
  const about = h("p", { class: "muted" });
  const stale = h("p", { class: "stale", role: "status" });
  const parts = [part(nextStep), part(running), part(figures), part(balance), part(unfinished)];
  const [next, sittings, amount, expressions, open] = parts.map(({ element }) => element);
  replace(
    main,
    title,
    about,
    stale,
    next,
    sittings,
    h("div", { class: "split overview" }, h("div", null, amount, expressions), open),
  );
  return {
    show(study) {
      setText(title, study.title);
      document.title = `${study.title} – Mimik`;
      setText(about, described(study));
      setText(stale, "");
      for (const { show } of parts) show(study);
    },
    outdated(error) {
      setText(stale, `What stands here may be outdated. ${error.message}`);
    },
  };
}

/** A part of the page that is drawn again only if what it shows has changed. */
function part(draw) {
  const element = h("div", { class: "part" });
  let shown = null;
  return {
    element,
    show(study) {
      const drawn = draw(study);
      const [key, ...children] = drawn;
      const text = JSON.stringify(key);
      if (text === shown) return;
      shown = text;
      keepFocus(element, () => replace(element, ...children));
      element.hidden = children.length === 0;
    },
  };
}

function described({ protocol, folder, synthetic, encrypted }) {
  const people = synthetic ? "simulated people only" : null;
  return [inEnglish(protocol.title) || protocol.name, counted(protocol.trials, "trial"), people, encrypted && "encrypted", folder].filter(Boolean).join(" · ");
}

function nextStep({ next }) {
  if (!next) return [null];
  return [
    next,
    h(
      "section",
      { class: "card next", "aria-labelledby": "next" },
      h("div", null, h("h2", { id: "next" }, "Next step"), h("p", null, next.text)),
      h("a", { class: "button primary", href: next.href }, next.label),
    ),
  ];
}

function running({ running: n }) {
  if (!n) return [0];
  const text = n === 1 ? "1 session is running now." : `${number(n)} sessions are running now.`;
  return [n, h("p", { class: "card running" }, h("span", null, text), " ", h("a", { href: "/sessions" }, "To the sessions"))];
}

function figures({ participants, sessions, frames, models }) {
  const all = Object.values(sessions).reduce((sum, n) => sum + n, 0);
  const recorded = Object.values(frames).reduce((sum, n) => sum + n, 0);
  const kinds = KINDS.filter(([key]) => sessions[key]).map(([key, text]) => `${number(sessions[key])} ${text}`);
  const told = [participants, all, recorded, models];
  return [
    [told, kinds],
    h(
      "section",
      { class: "card", "aria-labelledby": "amount" },
      h("h2", { id: "amount" }, "What is there"),
      h(
        "dl",
        { class: "figures" },
        figure("participants", participants),
        figure("sessions", all),
        figure("frames", recorded),
        figure("models", models),
      ),
      kinds.length > 0 && h("p", { class: "hint" }, `Sessions: ${kinds.join(", ")}.`),
    ),
  ];
}

function figure(name, value) {
  return h("div", null, h("dt", null, name), h("dd", null, number(value)));
}
