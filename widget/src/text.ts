/** Turns the assistant's text into nodes: paragraphs, lists, bold, and links to safe places only. */

import { nouvelOnglet } from "./mots.json";
import { h } from "./dom";

// A number holds digits, a mail address one « @ » and no options: nothing else is handed to the phone.
const SAFE = /^(https:\/\/|tel:\+?[\d.-]{2,20}$|mailto:[^\s@?&]+@[^\s@?&]+$)/;
// The text of a link holds no brackets, the address no spaces nor parentheses: one pass, no backtracking.
const INLINE = /\*\*([^*\n]{1,500})\*\*|\[([^[\]\n]{1,300})\]\(([^()\s]{1,1000})\)/g;
const ITEM = /^\s*(?:[-*•]|(\d{1,2})[.)])\s+/;

/** Returns the address if following it is safe (`https:`, `tel:`, `mailto:`), else `null`. */
export function safeAddress(address: unknown): string | null {
  if (typeof address !== "string") return null;
  try {
    const url = new URL(address);
    return SAFE.test(url.href) && !url.username && !url.password ? url.href : null;
  } catch {
    return null;
  }
}

/** Returns a link, or bare text where the address is not safe. */
export function link(text: string, address: unknown, className?: string): HTMLElement {
  const safe = safeAddress(address);
  if (!safe) return h("span", null, text);
  const made = h("a", className, text);
  made.href = safe;
  if (safe.startsWith("https:")) {
    made.target = "_blank";
    made.rel = "noopener noreferrer";
    made.append(h("span", "cache", nouvelOnglet));
  }
  return made;
}

function inline(target: HTMLElement, text: string): HTMLElement {
  let from = 0;
  for (const found of text.matchAll(INLINE)) {
    target.append(text.slice(from, found.index));
    if (found[1]) target.append(inline(h("b"), found[1]));
    else target.append(link(found[2] ?? "", found[3]));
    from = (found.index ?? 0) + found[0].length;
  }
  target.append(text.slice(from));
  return target;
}

/** Returns the paragraphs and lists of a text, one element each. */
export function blocks(text: string): HTMLElement[] {
  const made: HTMLElement[] = [];
  for (const line of text.split("\n")) {
    if (!line.trim()) continue;
    const item = ITEM.exec(line);
    if (!item) {
      made.push(inline(h("p"), line));
      continue;
    }
    const kind = item[1] ? "OL" : "UL";
    let list = made[made.length - 1];
    if (list?.tagName !== kind) {
      list = item[1] ? h("ol") : h("ul");
      if (item[1]) (list as HTMLOListElement).start = Number(item[1]);
      made.push(list);
    }
    list.append(inline(h("li"), line.slice(item[0].length)));
  }
  return made;
}

/** Returns the text as it is heard or copied, without its marks. */
export function plain(text: string): string {
  return text.replace(INLINE, (_all, bold?: string, words?: string) => bold ? plain(bold) : words ?? "");
}
