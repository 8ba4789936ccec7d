/** The display itself: all of it for this page, awake, with sound. */

const root = document.documentElement;
let lock = null;
let wanted = false;
let unlocked = false;
const clips = new Set();

/** @returns {boolean} whether this browser can give the page the whole display */
export const canFill = () => Boolean(root.requestFullscreen ?? root.webkitRequestFullscreen);

/** @returns {boolean} whether the page has it, or was opened from the home screen */
export const filled = () =>
  Boolean(document.fullscreenElement ?? document.webkitFullscreenElement) || opened();

/** @returns {boolean} whether the page was opened from the home screen, without the browser's bars */
export const opened = () =>
  navigator.standalone === true || ["standalone", "fullscreen"].some((m) => matchMedia(`(display-mode: ${m})`).matches);

/** @returns {boolean} whether this browser can keep the display on; it can't without HTTPS */
export const canStayAwake = () => Boolean(navigator.wakeLock);

/** Take the whole display; only during a press. A refusal changes nothing. */
export async function fill() {
  if (filled()) return;
  try {
    if (root.requestFullscreen) await root.requestFullscreen({ navigationUI: "hide" });
    else root.webkitRequestFullscreen?.();
  } catch {
    // Not allowed here: the page works in a window too.
  }
}

/** Into full screen and out of it. */
export async function toggle() {
  if (!filled()) await fill();
  else if (document.exitFullscreen) await document.exitFullscreen().catch(() => {});
  else document.webkitExitFullscreen?.();
}

/** Keep the display on from now on, or no longer. @param {boolean} on */
export function keepAwake(on) {
  if (on === wanted) return;
  wanted = on;
  if (on) stayAwake();
  else lock?.release().catch(() => {});
}

/** A browser lets go whenever the page is not seen: asked again then, and at every press. */
async function stayAwake() {
  if (lock || document.hidden || !canStayAwake()) return;
  try {
    lock = await navigator.wakeLock.request("screen");
    lock.addEventListener("release", () => { lock = null; });
  } catch {
    lock = null; // as with an empty battery; asked again at the next press
  }
}

/** @returns {boolean} whether clips may play with sound */
export const soundAllowed = () => unlocked || navigator.userActivation?.hasBeenActive === true;

/** Clips that the first press allows to play with sound. @param {HTMLVideoElement} clip */
export function unlockLater(clip) {
  clips.add(clip);
}

/** @param {() => void} onChange called when full screen begins or ends, or sound becomes allowed */
export function watchDisplay(onChange) {
  for (const name of ["fullscreenchange", "webkitfullscreenchange"]) document.addEventListener(name, onChange);
  document.addEventListener("visibilitychange", () => { if (wanted) stayAwake(); });
  const pressed = () => {
    if (wanted) stayAwake();
    if (unlocked) return;
    unlocked = true;
    for (const clip of clips) if (!clip.currentSrc) clip.load(); // Safari frees each element by itself
    onChange();
  };
  for (const name of ["click", "keydown"]) document.addEventListener(name, pressed, { capture: true });
}
