/** First start: the folder holds no study yet, so one is made here. */

import { get, post } from "../api.js";
import { busy, field, h, replace, tell } from "../ui.js";
import { draftOf } from "./draft.js";
import { encryptionChoice } from "./encryption.js";
import { OWN, protocolChoice } from "./protocolchoice.js";

/**
 * @param {HTMLElement} main
 * @param {{folder: string, private: boolean}} study
 * @param {function(): void} onmade called when the study is there.
 */
export async function firstStart(main, study, onmade) {
  document.title = "New study – Mimik";
  const [protocols, consent] = await Promise.all([get("/api/protocols"), get("/api/consent")]);
  replace(main, ...form(study, protocols, consent.text, draftOf(study.folder), onmade));
}

function form(study, protocols, standard, draft, onmade) {
  const { folder } = study;
  const kept = draft.read();
  const keep = () => draft.keep(values());
  const title = h("input", { type: "text", required: true, maxlength: 200, value: kept.title ?? lastPart(folder), autocomplete: "off" });
  const people = peopleChoice(kept.people);
  const protocol = protocolChoice(protocols, kept, keep);
  const consent = consentField(standard, kept.consent ?? standard);
  const encryption = encryptionChoice(study, kept.encrypt);
  const values = () => ({ title: title.value, people: people.value(), consent: consent.value(), encrypt: encryption.chosen(), ...protocol.value() });
  const changed = () => {
    keep();
    consent.check(people.value());
  };
  consent.check(kept.people);
  const make = h("button", { class: "button primary" }, "Make the study");
  const element = h(
    "form",
    { class: "first", oninput: changed },
    field("Title", title, { hint: "Stands on these pages and in reports." }),
    protocol.element,
    people.element,
    consent.element,
    encryption.element,
    h("p", { class: "hint" }, "What you typed is kept in this browser until the study is made, but for a passphrase."),
    h("div", { class: "row" }, make, startOver(draft)),
  );
  element.addEventListener("submit", (event) => {
    event.preventDefault();
    protocol.wrong(null);
    encryption.wrong(null);
    busy(make, () => submit(values(), standard, { protocol, encryption, draft }, onmade));
  });
  return [
    h("h1", null, "Make a study"),
    h("p", null, "There is no study yet in ", h("code", null, folder), ". A study is a folder that holds participants, their consent and all recordings; nothing of it goes to the internet."),
    element,
  ];
}

async function submit(values, standard, { protocol, encryption, draft }, onmade) {
  const own = values.protocol === OWN;
  if (own && !values.toml) {
    protocol.wrong(new Error("Expected a protocol file, found none chosen."));
    document.getElementById("own-file").focus();
    return;
  }
  try {
    await post("/api/study", {
      title: values.title.trim(),
      protocol: own ? null : values.protocol,
      protocol_toml: own ? values.toml : null,
      synthetic: values.people === "simulated",
      consent: values.consent.trim() === standard.trim() ? null : values.consent,
      encryption: encryption.value(),
    });
  } catch (error) {
    if (encryption.wrong(error)) return;
    if (!own) throw error;
    protocol.wrong(error);
    document.getElementById("own-file").focus();
    tell(error);
    return;
  }
  encryption.forget();
  draft.forget();
  onmade();
}

function peopleChoice(kept) {
  const option = (value, name, text) =>
    h(
      "label",
      { class: "choice" },
      h("input", { type: "radio", name: "people", value, required: true, checked: value === kept }),
      h("span", null, h("strong", null, name), h("span", { class: "hint" }, text)),
    );
  const element = h(
    "fieldset",
    null,
    h("legend", null, "Who will be recorded?"),
    h("p", { class: "hint" }, "This can't be changed later."),
    h(
      "div",
      { class: "choices" },
      option("real", "Real people", "With phones, each after their consent."),
      option(
        "simulated",
        "Simulated people",
        "To try Mimik out, to teach or to test, without a phone. Everything made from such a study is marked SYNTHETIC, and its models are of no use on real faces.",
      ),
    ),
  );
  return { element, value: () => element.querySelector("input:checked")?.value ?? null };
}

function consentField(standard, text) {
  const area = h("textarea", { value: text, required: true, spellcheck: "true" });
  const caution = h("p", { class: "caution" });
  const check = (people) => {
    const isStandard = area.value.trim() === standard.trim() && people !== "simulated";
    const told = "This is Mimik's example text. It names neither you nor your ethics vote: put in the text that your participants really get.";
    caution.hidden = !isStandard;
    caution.textContent = isStandard ? told : "";
  };
  const hint = "Shown before a session. A new wording can be added later; whoever agreed to an earlier one is asked again.";
  const element = field("What participants agree to", area, { hint });
  element.append(caution);
  return { element, value: () => area.value, check };
}

function startOver(draft) {
  const again = () => {
    draft.forget();
    location.reload();
  };
  return h("button", { class: "button", type: "button", onclick: again }, "Clear what I typed");
}

function lastPart(folder) {
  return folder.split(/[\\/]/).filter(Boolean).pop() ?? "";
}
