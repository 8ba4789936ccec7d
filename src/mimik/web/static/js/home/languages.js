/** Texts that exist in several languages, and the languages' own names. */

/** The English one of a text by language, else the first; a plain text as it is. */
export function inEnglish(text) {
  if (!text || typeof text === "string") return text ?? "";
  return text.en ?? Object.values(text)[0] ?? "";
}

/** "German, English" for ["de", "en"]. */
export function namesOf(languages) {
  const names = new Intl.DisplayNames(["en"], { type: "language", fallback: "code" });
  return languages.map((language) => names.of(language)).join(", ");
}
