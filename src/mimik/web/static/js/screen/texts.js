/** The screen's own texts. What a protocol says comes from the protocol, in its languages. */

const TEXTS = {
  en: {
    welcome: "Welcome",
    soon: "Here you will soon read what to do. Sit comfortably and look at this display.",
    ready: "I am ready",
    wait: "Please wait until it begins",
    empty: "Nothing to do yet. Please wait.",
    start: "Start",
    face: "Sit upright in front of the camera, the whole face free. It goes on by itself.",
    pause: "It goes on in a moment.",
    thanks: "Thank you!",
    part: "Part {n} of {of}",
    progress: "Progress",
    lost: "Connection lost. The recording goes on.",
    lostWaiting: "Connection lost. Trying again …",
    gone: "This link is no longer in use.",
    goneHint: "Please ask for a new one.",
    back: "Back",
    skip: "Skip",
    next: "Next",
    finish: "Done",
    sending: "Sending …",
    refused: "This could not be saved. Please answer again, or skip.",
    question: "Question {n} of {of}",
    unanswered: "No answer yet",
    consent: "Your consent",
    consentVersion: "Version {version} of this text",
    consentAsked: "What do you agree to?",
    consentNeeded: "Without this you cannot take part.",
    consentFree: "You can take part whatever you answer here.",
    consentOpen: "{n} of {of} answered",
    consentRefused: "This could not be saved. Please look at your answers, and press the button again.",
    yes: "Yes",
    no: "No",
    declined: "Thank you for your answer",
    declinedText: "You do not take part, and nothing is recorded. That is quite all right. Please tell the person who invited you.",
    again: "Answer again",
    consentAgain: "Change my consent",
    play: "Play",
    sound: "Sound on",
    full: "Full screen",
    awake: "So that this display does not go dark: set its auto-lock to “Never” "
      + "(iPad, iPhone: Settings, Display & Brightness, Auto-Lock).",
    bars: "To hide the browser's bars: Share, then “Add to Home Screen”, and open it from there.",
  },
  de: {
    welcome: "Willkommen",
    soon: "Hier lesen Sie gleich, was zu tun ist. Setzen Sie sich bequem hin und schauen Sie auf diese Anzeige.",
    ready: "Ich bin bereit",
    wait: "Bitte warten Sie, bis es beginnt",
    empty: "Noch nichts zu tun. Bitte warten Sie.",
    start: "Start",
    face: "Setzen Sie sich aufrecht vor die Kamera, das ganze Gesicht frei. Es geht von selbst weiter.",
    pause: "Es geht gleich weiter.",
    thanks: "Vielen Dank!",
    part: "Teil {n} von {of}",
    progress: "Fortschritt",
    lost: "Verbindung verloren. Die Aufnahme läuft weiter.",
    lostWaiting: "Verbindung verloren. Neuer Versuch …",
    gone: "Dieser Link gilt nicht mehr.",
    goneHint: "Bitte lassen Sie sich einen neuen geben.",
    back: "Zurück",
    skip: "Überspringen",
    next: "Weiter",
    finish: "Fertig",
    sending: "Wird gesendet …",
    refused: "Das ließ sich nicht speichern. Bitte antworten Sie noch einmal, oder überspringen Sie.",
    question: "Frage {n} von {of}",
    unanswered: "Noch keine Antwort",
    consent: "Ihre Einwilligung",
    consentVersion: "Fassung {version} dieses Textes",
    consentAsked: "Womit sind Sie einverstanden?",
    consentNeeded: "Ohne dies können Sie nicht teilnehmen.",
    consentFree: "Sie können teilnehmen, was immer Sie hier antworten.",
    consentOpen: "{n} von {of} beantwortet",
    consentRefused: "Das ließ sich nicht speichern. Bitte sehen Sie Ihre Antworten an, und drücken Sie noch einmal.",
    yes: "Ja",
    no: "Nein",
    declined: "Danke für Ihre Antwort",
    declinedText: "Sie nehmen nicht teil, und nichts wird aufgezeichnet. Das ist völlig in Ordnung. Bitte sagen Sie der Person Bescheid, die Sie eingeladen hat.",
    again: "Noch einmal antworten",
    consentAgain: "Meine Einwilligung ändern",
    play: "Abspielen",
    sound: "Ton an",
    full: "Vollbild",
    awake: "Damit diese Anzeige nicht dunkel wird: automatische Sperre auf „Nie“ stellen "
      + "(iPad, iPhone: Einstellungen, Anzeige & Helligkeit, Automatische Sperre).",
    bars: "Um die Leisten des Browsers auszublenden: Teilen, dann „Zum Home-Bildschirm“, und von dort öffnen.",
  },
};

/**
 * The screen's texts in a language, English where it is not known.
 * @param {string} language as "de" or "de-AT"
 * @returns {{lang: string, say: (key: string, values?: object) => string}} `lang` is the language they are in
 */
export function texts(language) {
  const base = String(language ?? "").toLowerCase().split("-")[0];
  const lang = base in TEXTS ? base : "en";
  return {
    lang,
    say: (key, values = {}) => TEXTS[lang][key].replace(/\{(\w+)\}/g, (_, name) => values[name]),
  };
}

/** The languages there are, each with its keys; for the tests. */
export const LANGUAGES = Object.fromEntries(Object.entries(TEXTS).map(([lang, t]) => [lang, Object.keys(t)]));
