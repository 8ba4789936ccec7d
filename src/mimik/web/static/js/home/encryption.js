/** The choice to encrypt the study, with a passphrase that is typed twice and kept nowhere. */

import { field, h, replace } from "../ui.js";

const ABOUT = "passphrase:"; // with this, errors of the studio begin that are about it

/**
 * @param {{folder: string, private: boolean}} study whether a passphrase may come this way, as GET /api/study tells
 * @param {boolean} kept whether it was chosen before the page was loaded again
 * @returns {{element: HTMLElement, chosen: function(): boolean, value: function(): ?Object, forget: function(),
 *            wrong: function(?Error): boolean}}
 */
export function encryptionChoice({ folder, private: allowed }, kept) {
  const box = h("input", { type: "checkbox", checked: Boolean(kept && allowed), disabled: !allowed, "aria-describedby": "encrypt-hint" });
  const typed = passphraseField("Passphrase", "Of at least 8 characters. Four or more words that have nothing to do with each other are good.");
  const again = passphraseField("Passphrase once more");
  const error = h("div", { class: "wrong", role: "alert" });
  const more = h("div", { class: "passphrase" }, warning(), typed.element, again.element, error, afterwards());
  const shown = () => {
    more.hidden = !box.checked;
    for (const { input } of [typed, again]) input.required = box.checked;
    if (!box.checked) forget();
    compare();
  };
  const compare = () => again.input.setCustomValidity(again.input.value === typed.input.value ? "" : "The two are not the same.");
  const forget = () => {
    for (const { input } of [typed, again]) input.value = "";
    wrong(null);
  };
  const wrong = (found) => {
    const ours = Boolean(found?.message?.startsWith(ABOUT));
    replace(error, ours && h("p", null, found.message), ours && found.hint && h("p", null, found.hint));
    typed.input.setAttribute("aria-invalid", String(ours));
    if (ours) typed.input.focus();
    return ours;
  };
  box.addEventListener("change", shown);
  more.addEventListener("input", compare);
  const element = h(
    "fieldset",
    null,
    h("legend", null, "Encryption"),
    h("label", { class: "check" }, box, "Encrypt the study"),
    h("p", { class: "hint", id: "encrypt-hint" }, "Everything personal in the folder, from the table of participants to every frame, is then unreadable without the passphrase."),
    allowed ? more : notHere(),
    keyFile(folder),
  );
  shown();
  return {
    element,
    chosen: () => box.checked,
    value: () => (box.checked ? { passphrase: typed.input.value, again: again.input.value } : null),
    forget,
    wrong,
  };
}

/** Without a name, so that no browser ever puts it into an address. */
function passphraseField(label, hint = "") {
  const input = h("input", { type: "password", autocomplete: "new-password", maxlength: 1000, spellcheck: "false", autocapitalize: "off" });
  return { input, element: field(label, input, { hint }) };
}

function warning() {
  return h(
    "p",
    { class: "caution" },
    h("strong", null, "Who loses the passphrase loses the data."),
    " There is no back door, and nobody can help. Keep it in a second place, apart from this computer.",
  );
}

function afterwards() {
  return h(
    "p",
    { class: "hint" },
    "The studio goes on at once. When it is started again, ",
    h("code", null, "mimik serve"),
    " asks for the passphrase in its terminal; no page ever does.",
  );
}

/** Why it can't be chosen over this connection. */
function notHere() {
  return h(
    "p",
    { class: "caution" },
    "Not over this connection: others in the network could read the passphrase. Open the studio on the computer it runs on, at the address that its terminal shows behind “here”, or start it with ",
    h("code", null, "--self-signed"),
    " or ",
    h("code", null, "--tls-cert"),
    ".",
  );
}

function keyFile(folder) {
  return h(
    "p",
    { class: "hint" },
    "Rather a key file, on a stick? Make the study with ",
    h("code", null, `mimik new ${quoted(folder)} --key-file FILE`),
    ", then serve it.",
  );
}

/** A folder's name as a terminal takes it. */
function quoted(name) {
  return /^[\w.-]+$/.test(name) ? name : `"${name}"`;
}
