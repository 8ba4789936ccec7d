/** Keys: Space or Enter start, numbers answer, F is full screen. With several seats a number starts its seat. */

const WRITES = "textarea, input:not([type=radio]):not([type=range])";
const PRESSES = "button, a, summary";

/**
 * @param {{fill: () => void, begin: () => boolean, tiles: () => import("./tile.js").Tile[]}} page
 *   `begin` presses the one button that the whole page has, if it has one
 */
export function listen(page) {
  document.addEventListener("keydown", (event) => {
    if (event.altKey || event.repeat) return;
    if (handle(event, page)) event.preventDefault();
  });
}

function handle(event, page) {
  const { key, target } = event;
  const tile = page.tiles().find((t) => t.element.contains(target)) ?? alone(page.tiles());
  const strong = event.ctrlKey || event.metaKey;
  if (strong) return key === "Enter" && next(tile);
  if (target.matches(WRITES)) return false;
  if (key === "f" || key === "F") return page.fill(), true;
  if (/^[-0-9]$/.test(key)) return tile?.questions.type(key) || started(page.tiles(), key);
  if (target.matches(PRESSES)) return false;
  if (key === "Enter" && next(tile)) return true;
  if (key === " " && target.matches("input")) return false;
  return (key === "Enter" || key === " ") && (page.begin() || (tile?.start() ?? false));
}

const alone = (tiles) => (tiles.length === 1 ? tiles[0] : null);

function next(tile) {
  if (!tile || tile.questions.element.hidden) return false;
  tile.questions.next();
  return true;
}

/** 1 to 9, and 0 for the tenth. */
function started(tiles, key) {
  if (tiles.length < 2 || key === "-") return false;
  return tiles[(Number(key) + 9) % 10]?.start() ?? false;
}
