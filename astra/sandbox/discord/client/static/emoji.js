/* Emojis of servers and applications: a picture of this sandbox, or their name where there is none. */

import { h } from "./dom.js";

/** The picture of an emoji with an id. `alt` is empty where a word beside it says the same. */
export function ownEmoji(id, name, alt = `:${name}:`) {
  const image = h("img.emoji", { src: `/emojis/${encodeURIComponent(id)}.webp`, alt, title: `:${name}:`, width: 22, height: 22 });
  image.addEventListener("error", () => image.replaceWith(`:${name}:`));
  return image;
}

/** An emoji as components and polls name it: a character, or a picture. Null where there is none. */
export function emojiOf(emoji, described) {
  if (!emoji) return null;
  if (emoji.id) return ownEmoji(emoji.id, emoji.name ?? "", described ? "" : undefined);
  return emoji.name ? h("span", { "aria-hidden": described ? "true" : null }, emoji.name) : null;
}
