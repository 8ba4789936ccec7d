/** Small live faces: only cards in sight of somebody cost anything. */

import { Face } from "../draw/face.js";

/**
 * @param {{add: function(string, function), drop: function(string)}} watching the page's WebSocket.
 * @returns {{follow: function(HTMLElement, number), leave: function(HTMLElement)}}
 */
export function liveFaces(watching) {
  const followed = new Map(); // place -> {topic, face, visible}
  const update = (entry) => {
    const wanted = entry.visible && !document.hidden;
    if (wanted === entry.watched) return;
    entry.watched = wanted;
    if (wanted) watching.add(entry.topic, ({ tracked, coefficients, head }) => entry.face.show(tracked ? coefficients : null, { head }));
    else watching.drop(entry.topic);
  };
  const observer = new IntersectionObserver((changes) => {
    for (const { target, isIntersecting } of changes) {
      const entry = followed.get(target);
      if (!entry) continue;
      entry.visible = isIntersecting;
      update(entry);
    }
  });
  document.addEventListener("visibilitychange", () => followed.forEach(update));
  return {
    follow(place, number) {
      const face = new Face(place, { label: `Face that device ${number} sees` });
      followed.set(place, { topic: `face:${number}`, face, visible: false, watched: false });
      observer.observe(place);
    },
    leave(place) {
      const entry = followed.get(place);
      observer.unobserve(place);
      followed.delete(place);
      if (entry?.watched) watching.drop(entry.topic);
    },
  };
}
