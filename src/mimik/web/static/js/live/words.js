/** What is said in words of each state: the large one, and the sentence below it. */

const SILENT = "Nothing arrives from the phone: is the app in the foreground, and auto-lock off?";
const LOST = "Sit before the phone, with light on the face. It goes on by itself.";

/**
 * @param {Object|null} facts as GET /api/live tells them; null: nothing runs.
 * @returns {{kind: string, large: string, sentence: string}}
 */
export function words(facts) {
  if (!facts || facts.state === "stopped") {
    return { kind: "off", large: "Nothing is recognised", sentence: "Choose a phone and a model, then press Start." };
  }
  switch (facts.state) {
    case "recognised":
      return { kind: "recognised", large: facts.expression, sentence: "is shown." };
    case "unsure":
      return {
        kind: "unsure",
        large: "Unsure",
        sentence: "A face is seen, but it is like none of the expressions clearly enough. That is an answer, not an error.",
      };
    case "resting":
      return { kind: "resting", large: "Look neutral", sentence: resting(facts.resting.reason) };
    case "failed":
      return { kind: "failed", large: "Can't recognise", sentence: facts.problem };
    default:
      return facts.silent
        ? { kind: "silent", large: "Phone silent", sentence: SILENT }
        : { kind: "no-face", large: "No face", sentence: LOST };
  }
}

function resting(reason) {
  const again = reason ? ` Once more, as ${reason}.` : "";
  return `For three seconds, hold still: the resting face is being learned.${again}`;
}
