/** Home: the study at a glance; where the folder holds none yet, making one. */

import { get } from "../api.js";
import { firstStart } from "../home/firststart.js";
import { glance } from "../home/glance.js";
import { header } from "../nav.js";
import { empty, h, replace } from "../ui.js";
import { watch } from "../watch.js";

const main = document.getElementById("main");

async function start() {
  const study = await header("/").catch(failed);
  if (study?.open) show(study);
  else if (study) await firstStart(main, study, () => location.reload()).catch(failed);
}

function show(study) {
  const page = glance(main);
  page.show(study);
  document.getElementById(location.hash.slice(1))?.scrollIntoView(); // the next step may have led here: /#unfinished
  const again = latest(async () => {
    try {
      page.show(await get("/api/study"));
    } catch (error) {
      page.outdated(error);
    }
  });
  watch({ study: again });
  main.addEventListener("studychanged", again);
}

function failed(error) {
  const action = { label: "Try again", onclick: () => location.reload() };
  replace(main, h("h1", null, "Home"), empty({ title: error.message, text: error.hint ?? "", action }));
}

/** Runs `work` one at a time; calls that come meanwhile are one more run. */
function latest(work) {
  let running = false;
  let wanted = false;
  return async function run() {
    wanted = true;
    if (running) return;
    running = true;
    while (wanted) {
      wanted = false;
      await work();
    }
    running = false;
  };
}

start();
