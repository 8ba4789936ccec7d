/** What this page can say, and where it may not be used: where whoever starts it reads it. */

import { h } from "../ui.js";

/** The sentence, with the law of the EU. */
export function law() {
  return h(
    "p",
    { class: "law" },
    h("strong", null, "Shows which expression is shown, never what is felt."),
    " In the EU, inferring emotions at work and in education is forbidden except for medical or safety reasons (AI Act, Article 5(1)(f)).",
  );
}
