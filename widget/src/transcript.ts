/** The conversation as a list: who speaks, what was said, and whether a message has left the device. */

import * as mots from "./mots.json";
import { copyCard, lineCard, placeCard } from "./cards";
import { button, get, h } from "./dom";
import { choices, helpLines, messages, places, textToCopy, words } from "./message";
import { listenButton } from "./speech";
import { blocks, plain } from "./text";

const list = get<HTMLOListElement>("messages");
const offered = get("choix");

/** Whether a message waits, could not leave, or was refused for good (with the reason). */
export type State = "envoi" | "echec" | { refus: string };

export function clearTranscript(): void {
  list.replaceChildren();
  offered.replaceChildren();
  get("conversation").scrollTop = 0;
  scrollTo(0, 0);
}

/** Adds what the parent wrote; `before` keeps it ahead of the messages that still wait. */
export function showParent(text: string, before: Node | null = null): HTMLElement {
  const turn = h("li", "tour moi", h("span", "cache", mots.vous), h("p", "bulle", text));
  list.insertBefore(turn, before);
  return turn;
}

/** Shows under a message where it is; `null` when it was answered. */
export function showState(turn: HTMLElement, state: State | null, retry?: () => void): void {
  turn.querySelector(".suivi")?.remove();
  if (!state) return;
  const line = h("p", "suivi");
  if (state === "envoi") line.append(mots.envoi);
  else if (state === "echec") {
    line.append(`${mots.nonEnvoye} `);
    if (retry) line.append(button("discret", mots.reessayer, retry));
  } else line.append(state.refus);
  turn.append(line);
}

/** Adds a system sentence to the list (a conversation erased, a new one begun). */
export function showNote(text: string): void {
  list.append(h("li", "note", text));
}

/** Adds one turn of the assistant and returns it, with the words it is announced by. */
export function showAssistant(sent: unknown, before: Node | null = null): [HTMLElement, string] {
  const turn = h("li", "tour", h("span", "cache", mots.assistant));
  const bubble: Node[] = [];
  const cards: Node[] = [];
  const lines: Node[] = [];
  const spoken: string[] = [];
  for (const message of messages(sent)) {
    const text = words(message.text);
    if (text) {
      bubble.push(...blocks(text));
      spoken.push(plain(text));
    }
    for (const record of helpLines(message)) {
      const made = lineCard(record);
      if (made) lines.push(made);
    }
    const found = places(message);
    found.forEach((place, index) => {
      const rank = found.length > 1 ? index + 1 : 0;
      const [made, said] = placeCard(place, rank);
      cards.push(made);
      spoken.push(`${rank ? `${rank}. ` : ""}${said}.`);
    });
    const copied = textToCopy(message);
    if (copied) {
      cards.push(copyCard(copied));
      if (copied !== text) spoken.push(copied);
    }
  }
  const titles = messages(sent).flatMap(choices).map((one) => one.title);
  if (!bubble.length && !cards.length && !lines.length && !titles.length) {
    bubble.push(h("p", null, mots.rien));
    spoken.push(mots.rien);
  }
  turn.append(...lines);
  if (bubble.length) {
    const box = h("div", "bulle");
    box.append(...bubble);
    turn.append(box);
  }
  turn.append(...cards, listenButton(spoken.join("\n")));
  list.insertBefore(turn, before);
  if (titles.length) spoken.push(`${mots.choix} : ${titles.join(" ; ")}.`);
  return [turn, spoken.join("\n")];
}

/** Offers the quick replies of a turn, in place of the ones before. */
export function offer(sent: unknown, choose: (payload: string, title: string) => void): void {
  offered.replaceChildren(
    ...messages(sent)
      .flatMap(choices)
      .map(({ title, payload }) => button("choix", title, () => choose(payload, title))),
  );
}
