/** What the device keeps while the tab is open, in the frame's own `sessionStorage` and nowhere else. */

export interface Pending {
  /** The message's id: sent again with the same one, it is answered only once. */
  id: string;
  /** What is sent: the parent's words, or the payload of a button. */
  text: string;
  /** What the parent sees as written. */
  shown: string;
}

export interface Saved {
  id?: string;
  token?: string;
  queue: Pending[];
  draft: string;
  size: number;
}

const KEY = "relais";

/** Returns what this tab kept, or an empty record; a browser that forbids storage keeps nothing. */
export function load(): Saved {
  const saved: Saved = { queue: [], draft: "", size: 0 };
  try {
    return Object.assign(saved, JSON.parse(sessionStorage.getItem(KEY) ?? "{}"));
  } catch {
    return saved;
  }
}

export function save(saved: Saved): void {
  try {
    if (saved.token || saved.queue.length || saved.draft || saved.size)
      sessionStorage.setItem(KEY, JSON.stringify(saved));
    else sessionStorage.removeItem(KEY);
  } catch {
    // Storage refused: the conversation lives as long as the page.
  }
}

export function clear(): void {
  try {
    sessionStorage.clear();
  } catch {
    // Nothing was kept.
  }
}
