/** Says things to screen readers: two polite slots in turn, so that the same words twice are said twice. */

import { get } from "./dom";

let current = 0;

/** Says the text once, at the next pause. */
export function announce(text: string): void {
  const slots = [get("dit-a"), get("dit-b")] as const;
  slots[current as 0 | 1].textContent = "";
  current = 1 - current;
  slots[current as 0 | 1].textContent = text;
}
