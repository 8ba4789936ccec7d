/** The choice of a protocol: one that comes with Mimik, or a file of one's own. */

import { duration, h, number, replace, say } from "../ui.js";
import { inEnglish, namesOf } from "./languages.js";

export const OWN = "own file";
const LARGEST = 1_000_000; // bytes; the studio takes no larger request

const SAID = {
  "follow-up": "What the authors of the published protocol ask for next: a neutral baseline, a start button for each trial, an order shuffled for each session.",
  hartmann2022: "As published: five expressions in this order, each until 500 frames with a face are there.",
  "pain-scale": "An example of an ordinal scale: acted pain from 0 to 10, balanced over ten participants.",
};

/**
 * @param {Object[]} protocols as GET /api/protocols tells them.
 * @param {{protocol?: string, toml?: string, file?: string}} draft
 * @param {function(): void} onchange
 * @returns {{element: HTMLElement, value: function(): Object, wrong: function(?Error)}}
 */
export function protocolChoice(protocols, draft, onchange) {
  let own = draft.toml ? { toml: draft.toml, file: draft.file ?? "" } : { toml: "", file: "" };
  const chosen = draft.protocol ?? protocols[0]?.name ?? OWN;
  const ownFile = fileField(own, (read) => {
    own = read;
    element.querySelector(`input[value="${OWN}"]`).checked = true;
    shown();
    onchange();
  });
  const wrong = h("div", { class: "wrong", role: "alert" });
  const element = h(
    "fieldset",
    null,
    h("legend", null, "Protocol"),
    h("p", { class: "hint" }, "What participants are asked to show. It can't be changed once the study is made."),
    h("div", { class: "choices" }, ...protocols.map((p) => choice(p, chosen)), ownChoice(chosen)),
    ownFile.element,
    wrong,
  );
  const picked = () => element.querySelector("input:checked")?.value ?? null;
  const shown = () => (ownFile.element.hidden = picked() !== OWN);
  element.addEventListener("change", (event) => {
    if (event.target.type !== "radio") return;
    replace(wrong);
    shown();
    onchange();
  });
  shown();
  return {
    element,
    value: () => ({ protocol: picked(), ...own }),
    wrong(error) {
      replace(wrong, error && h("p", null, error.message), error?.hint && h("p", null, error.hint));
      ownFile.invalid(Boolean(error) && picked() === OWN);
    },
  };
}

function choice(protocol, chosen) {
  return option(
    protocol.name,
    chosen,
    inEnglish(protocol.title) || protocol.name,
    inEnglish(protocol.description) || SAID[protocol.name],
    facts(protocol),
    `Shown: ${protocol.expressions.join(", ")}.`,
  );
}

function ownChoice(chosen) {
  return option(OWN, chosen, "A file of your own", "A protocol in TOML, as docs/protocols.md describes it.");
}

function option(value, chosen, title, ...lines) {
  return h(
    "label",
    { class: "choice" },
    h("input", { type: "radio", name: "protocol", value, checked: value === chosen }),
    h("span", null, h("strong", null, title), ...lines.filter(Boolean).map((line) => h("span", { class: "hint" }, line))),
  );
}

function facts({ trials, seconds, languages, start }) {
  const parts = [
    trials && `${number(trials)} trials`,
    seconds && `at least ${duration(seconds)} of recording for each participant`,
    start === "button" && "each trial waits for a press",
    namesOf(languages),
  ];
  return parts.filter(Boolean).join(" · ");
}

/** Picks a file and tells which one is held, since a file input can't be filled again after a reload. */
function fileField(own, onread) {
  const input = h("input", { type: "file", accept: ".toml,application/toml,text/plain", id: "own-file", "aria-describedby": "own-held own-hint" });
  const held = h("p", { id: "own-held", class: "hint" });
  const tellHeld = (file) => replace(held, file ? `Held: ${file}. After a change choose the file again.` : "No file chosen yet.");
  tellHeld(own.file);
  input.addEventListener("change", async () => {
    const [file] = input.files;
    if (!file) return;
    if (file.size > LARGEST) {
      say(`Expected a protocol of at most ${number(LARGEST)} bytes, found ${number(file.size)}. Is it the right file?`, "bad");
      return;
    }
    tellHeld(file.name);
    onread({ toml: await file.text(), file: file.name });
  });
  return {
    element: h(
      "div",
      { class: "field own" },
      h("label", { class: "name", for: "own-file" }, "Protocol file"),
      input,
      held,
      h("p", { class: "hint", id: "own-hint" }, "A protocol with pictures or clips needs them beside it: make such a study with ", h("code", null, "mimik new"), "."),
    ),
    invalid: (is) => input.setAttribute("aria-invalid", String(is)),
  };
}
