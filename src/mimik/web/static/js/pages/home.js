/** Home: the study at a glance; where the folder holds none yet, making one. */

import { get } from "../api.js";
import { firstStart } from "../home/firststart.js";
import { glance } from "../home/glance.js";
import { header } from "../nav.js";
import { empty, h, replace } from "../ui.js";
import { watch } from "../watch.js";

const main = document.getElementById("main");

async function start() {
  try {
    const study = await header("/");
    if (study.open) show(study);
    else await firstStart(main, study, () => location.reload());
  } catch (error) {
    failed(error);
  }
}

function show(study) {
  const page = glance(main);
  page.show(study);
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
