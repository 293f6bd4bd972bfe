/** Speaks the website channel (docs/canal-site.md): plain JSON over HTTP, safe to retry. */

import type { Message } from "./message";

const BASE = "/webhooks/site/conversations";
const TIMEOUT_MS = 20_000;

/** A request that got no good answer. `status` is 0 when nothing readable came back. */
export class Refusal {
  constructor(
    readonly status: number,
    readonly words: string,
    readonly waitSeconds: number,
  ) {}

  /** Whether sending the very same thing later may work. */
  get passing(): boolean {
    return this.status < 400 || this.status === 408 || this.status === 429 || this.status >= 500;
  }

  /** Whether the conversation itself is gone, or no longer ours. */
  get gone(): boolean {
    return this.status === 404 || this.status === 401;
  }
}

export interface Turn {
  text: string | null;
  message_id: string | null;
  messages: Message[];
}

/** What the channel answers; which fields are there depends on the request. */
export interface Answer {
  id?: string;
  token?: string;
  messages?: Message[];
  turns?: Turn[];
}

/**
 * Makes one request and returns its JSON.
 *
 * @throws {Refusal} for any other outcome: network cut, time out, status, unreadable body.
 */
export async function call(method: string, path = "", token?: string, body?: unknown): Promise<Answer> {
  const headers: Record<string, string> = {};
  if (token) headers["Authorization"] = `Bearer ${token}`;
  if (body) headers["Content-Type"] = "application/json";
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), TIMEOUT_MS);
  let status = 0;
  let wait = 0;
  let words = "";
  try {
    const answer = await fetch(BASE + path, {
      method,
      headers,
      body: body ? JSON.stringify(body) : null,
      signal: stop.signal,
      cache: "no-store",
      credentials: "omit",
      // Leaving the page must not stop an erasure.
      keepalive: method === "DELETE",
    });
    status = answer.status;
    wait = Number(answer.headers.get("Retry-After")) || 0;
    if (status === 204) return {};
    // A log-in page of some public network answers 200 with no JSON: it counts as no answer.
    const content = await answer.json();
    if (answer.ok && content && typeof content === "object") return content;
    words = String(content?.error?.message ?? "");
  } catch {
    if (status < 400) status = 0;
  } finally {
    clearTimeout(timer);
  }
  throw new Refusal(status, words, wait);
}
