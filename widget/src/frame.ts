/** The conversation window: keeps the parent's messages until they are answered, whatever happens. */

import * as mots from "./mots.json";
import { announce } from "./announce";
import { call, Refusal, type Turn } from "./channel";
import { get, h } from "./dom";
import { dictation, stopSpeaking } from "./speech";
import * as storage from "./storage";
import { clearTranscript, offer, showAssistant, showNote, showParent, showState } from "./transcript";

const MAX_CHARACTERS = 1000;
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 8000;
// Said aloud only when the answer takes its time.
const SLOW_MS = 4000;
const SIZES = ["100%", "125%", "150%"];
/** The neutral page « Quitter vite » leads to: the weather, by Belgium's public institute. */
const NEUTRAL = "https://www.meteo.be/fr";

const input = get<HTMLTextAreaElement>("texte");
const status = get("etat");
const writing = get("ecrit");
const count = get("compte");
const question = get("confirmer");
const size = get<HTMLButtonElement>("taille");
const options = new URLSearchParams(location.hash.slice(1));
const framed = parent !== window;
// The window that the launcher opens: it can be closed, and takes the focus.
const launched = framed && options.has("panneau");

let saved = storage.load();
/** The message ids (`#` and a number without one) of the answered turns, as shown. */
let shown: string[] = [];
let waiting = new Map<string, HTMLElement>();
/** Changes when the conversation is erased: an answer from before is then dropped. */
let era = 0;
let busy = false;
let left = false;
let resumed = false;
/** After an erasure nothing is opened again before the parent writes. */
let silent = false;
let failures = 0;
let timer = 0;

const tabs = "BroadcastChannel" in window ? new BroadcastChannel("relais") : null;

function keep(): void {
  if (!left) storage.save(saved);
}

function say(words: string): void {
  if (status.textContent === words) return;
  status.textContent = words;
  status.hidden = !words;
  if (words) announce(words);
}

const newId = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, "0"),
  ).join("");

const firstWaiting = (): HTMLElement | null => waiting.values().next().value ?? null;

/** Shows what waits in the queue and is not in the list yet. */
function showQueue(): void {
  for (const one of saved.queue) {
    if (waiting.has(one.id)) continue;
    const turn = showParent(one.shown);
    waiting.set(one.id, turn);
    showState(turn, "envoi");
  }
}

function markQueue(state: "envoi" | "echec"): void {
  for (const one of saved.queue) {
    const turn = waiting.get(one.id);
    if (turn) showState(turn, state, pumpNow);
  }
}

function showWriting(on: boolean): void {
  writing.hidden = !on;
  if (on) writing.scrollIntoView({ block: "nearest" });
}

/** Offers the turn's quick replies if nothing was sent since. */
function offerLast(messages: unknown): void {
  offer(saved.queue.length ? [] : messages, (payload, title) => {
    send(payload, title);
    refocus();
  });
}

/** Gives the focus a place to stay: the input, or on a touch screen the list, so that no keyboard pops up. */
function refocus(): void {
  if (matchMedia("(pointer: coarse)").matches) get("conversation").focus({ preventScroll: true });
  else input.focus({ preventScroll: true });
}

function send(text: string, title: string): void {
  saved.queue.push({ id: newId(), text, shown: title });
  keep();
  offer([], () => {});
  showQueue();
  waiting.get(saved.queue[saved.queue.length - 1]?.id ?? "")?.scrollIntoView({ block: "nearest" });
  void pump();
}

/** Opens a conversation on the server; its greeting is shown, and said if nothing waits. */
async function begin(): Promise<void> {
  const now = era;
  const opened = await call("POST", "", undefined, {});
  if (now !== era) return;
  saved.id = opened.id;
  saved.token = opened.token;
  resumed = true;
  silent = false;
  keep();
  const [, spoken] = showAssistant(opened.messages, firstWaiting());
  shown = ["#0"];
  offerLast(opened.messages);
  if (!saved.queue.length) announce(spoken);
}

/** Reads the conversation again from the server and shows what is not shown yet. */
async function resume(): Promise<void> {
  const now = era;
  const { turns = [] } = await call("GET", `/${saved.id}`, saved.token);
  if (now !== era) return;
  resumed = true;
  const keys = turns.map((turn, index) => turn.message_id ?? `#${index}`);
  if (keys.length === shown.length && keys.every((key, index) => key === shown[index])) return;
  if (!shown.every((key, index) => key === keys[index])) {
    clearTranscript();
    shown = [];
    waiting = new Map();
  }
  let messages: unknown = null;
  turns.slice(shown.length).forEach((turn, index) => {
    messages = turn.messages;
    showTurn(turn, keys[shown.length] ?? `#${index}`);
  });
  showQueue();
  if (messages) offerLast(messages);
  if (keys.length > 1) get("messages").lastElementChild?.scrollIntoView({ block: "start" });
}

/** Shows one answered turn. Its answer is announced only if this tab was waiting for it. */
function showTurn(turn: Turn, key: string): void {
  const asked = saved.queue.some((one) => one.id === key);
  waiting.get(key)?.remove();
  waiting.delete(key);
  saved.queue = saved.queue.filter((one) => one.id !== key);
  keep();
  const before = firstWaiting();
  if (turn.text) showParent(turn.text, before);
  const [, spoken] = showAssistant(turn.messages, before);
  shown.push(key);
  if (asked) announce(spoken);
}

/** Sends the first message of the queue and shows its answer. */
async function deliver(one: storage.Pending): Promise<void> {
  const now = era;
  const slow = setTimeout(() => announce(mots.cherche), SLOW_MS);
  showWriting(true);
  try {
    const body = { text: one.text, message_id: one.id };
    const { messages } = await call("POST", `/${saved.id}/messages`, saved.token, body);
    // Another tab may have shown it meanwhile.
    if (now !== era || !saved.queue.some((other) => other.id === one.id)) return;
    say("");
    saved.queue = saved.queue.filter((other) => other.id !== one.id);
    keep();
    const asked = waiting.get(one.id);
    waiting.delete(one.id);
    if (asked) showState(asked, null);
    const [turn, spoken] = showAssistant(messages, asked?.nextSibling ?? null);
    shown.push(one.id);
    offerLast(messages);
    announce(spoken);
    showWriting(false);
    turn.scrollIntoView({ block: "start" });
    tabs?.postMessage({ id: saved.id, turn: { text: one.shown, message_id: one.id, messages } });
  } catch (error) {
    if (now !== era) return;
    if (!(error instanceof Refusal) || error.passing || error.gone) throw error;
    refuse(one, error.words || mots.refuse);
  } finally {
    clearTimeout(slow);
    showWriting(false);
  }
}

/** Takes a message that will never be accepted out of the queue; its words go back to the parent. */
function refuse(one: storage.Pending, reason: string): void {
  saved.queue = saved.queue.filter((other) => other.id !== one.id);
  const turn = waiting.get(one.id);
  waiting.delete(one.id);
  if (turn) showState(turn, { refus: reason });
  if (!input.value && one.text === one.shown) write(one.text);
  keep();
  announce(reason);
}

/** Does all there is to do, one request at a time; tries again later whatever did not pass. */
async function pump(): Promise<void> {
  if (busy || left) return;
  busy = true;
  clearTimeout(timer);
  markQueue("envoi");
  let restarted = false;
  try {
    for (;;) {
      const now = era;
      try {
        if (!saved.token) {
          if (silent && !saved.queue.length) break;
          await begin();
        } else if (!resumed) await resume();
        const one = saved.queue[0];
        if (!one) break;
        await deliver(one);
        failures = 0;
      } catch (error) {
        if (now !== era) continue;
        // A conversation that ends as soon as it is opened is a server that is not well: wait a little.
        if (!(error instanceof Refusal) || !error.gone || !saved.token || restarted) throw error;
        restarted = true;
        startAfresh(mots.conversationFinie);
      }
    }
    failures = 0;
    say("");
  } catch (error) {
    waitAndRetry(error instanceof Refusal ? error : new Refusal(0, "", 0));
  } finally {
    busy = false;
  }
}

function waitAndRetry(error: Refusal): void {
  failures += 1;
  markQueue("echec");
  if (error.status) say(error.words || mots.serveurAbsent);
  else if (!navigator.onLine) say(mots.pasDeConnexion);
  else if (failures > 1 || saved.queue.length) say(mots.serveurAbsent);
  // Where « Réessayer » stands must be seen, above the sentence that has just appeared.
  [...waiting.values()].pop()?.scrollIntoView({ block: "nearest" });
  const wait = Math.min(FIRST_WAIT_MS * 2 ** (failures - 1), LONGEST_WAIT_MS);
  // A little chance, so that all phones do not come back in the same second.
  timer = window.setTimeout(pump, Math.max(wait, error.waitSeconds * 1000) * (0.8 + Math.random() * 0.4));
}

function pumpNow(): void {
  refocus();
  void pump();
}

/** Forgets the conversation. Words that wait are kept and will go to the next one. */
function startAfresh(note: string): void {
  era += 1;
  saved.id = saved.token = undefined;
  // A payload means nothing in another conversation: its title does.
  for (const one of saved.queue) one.text = one.shown;
  keep();
  clearTranscript();
  shown = [];
  waiting = new Map();
  showNote(note);
  announce(note);
  showQueue();
}

/** Forgets everything about the conversation on this device. */
function wipe(note: string): void {
  stopSpeaking();
  clearTimeout(timer);
  saved.queue = [];
  saved.draft = "";
  write("");
  say("");
  silent = true;
  startAfresh(note);
}

async function erase(): Promise<void> {
  question.hidden = true;
  refocus();
  const { id, token } = saved;
  try {
    if (token) await call("DELETE", `/${id}`, token);
  } catch (error) {
    if (!(error instanceof Refusal) || !error.gone) {
      say(mots.nonEffacee);
      return;
    }
  }
  tabs?.postMessage({ id, gone: true });
  wipe(mots.effacee);
}

/** Leaves at once: clears the device and the screen, erases on the server, goes to a neutral page. */
function quit(): void {
  left = true;
  era += 1;
  storage.clear();
  stopSpeaking();
  document.body.replaceChildren();
  document.title = "";
  const { id, token } = saved;
  if (token) {
    call("DELETE", `/${id}`, token).catch(() => {});
    tabs?.postMessage({ id, gone: true });
  }
  const asked = options.get("quitter") ?? "";
  const away = /^https:\/\//.test(asked) ? asked : NEUTRAL;
  if (!framed) location.replace(away);
  else {
    tell("quitter");
    // A frame put there without our launcher leaves by itself.
    setTimeout(() => top?.location.replace(away), 300);
  }
}

/** Tells the launcher one of a few words; never anything of the conversation. */
function tell(word: "pret" | "fermer" | "quitter"): void {
  if (framed) parent.postMessage({ relais: word }, "*");
}

function write(text: string): void {
  input.value = text;
  measure();
}

const written = (): string => input.value.trim();
const tooLong = (): boolean => [...written()].length > MAX_CHARACTERS;

/** Follows what is typed: its length, the height of the box, the draft kept for a reload. */
function measure(): void {
  count.textContent = `${[...written()].length} / 1 000`;
  count.classList.toggle("trop", tooLong());
  input.style.height = "";
  if (input.value) input.style.height = `${input.scrollHeight + 3}px`;
  saved.draft = input.value;
  keep();
}

function submit(): void {
  const text = written();
  if (tooLong()) say(mots.tropLong);
  else if (text) {
    say("");
    write("");
    send(text, text);
  }
  input.focus({ preventScroll: true });
}

function resize(): void {
  document.documentElement.style.fontSize = SIZES[saved.size] ?? "100%";
  document.documentElement.classList.toggle("grand", saved.size > 0);
  const last = saved.size === SIZES.length - 1;
  size.replaceChildren(last ? "A" : "A+", h("span", "cache", ` : ${last ? mots.normal : mots.plusGrand}`));
}

/** Colours what is filled with the partner's colour, with black or white on it, whichever reads better. */
function paint(): void {
  const [, colour] = /^#?([0-9a-f]{6})$/i.exec(options.get("couleur") ?? "") ?? [];
  if (!colour) return;
  const light = [0, 2, 4]
    .map((at) => parseInt(colour.slice(at, at + 2), 16) / 255)
    .map((one) => (one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4))
    .reduce((sum, one, index) => sum + one * ([0.2126, 0.7152, 0.0722][index] ?? 0), 0);
  const style = document.documentElement.style;
  style.setProperty("--plein", `#${colour}`);
  style.setProperty("--sur-plein", light > 0.179 ? "#000" : "#fff");
}

function onKey(event: KeyboardEvent): void {
  if (event.key !== "Escape") return;
  if (!question.hidden) {
    question.hidden = true;
    get("effacer").focus();
  } else if (launched) tell("fermer");
}

/** Keeps the window as tall as what the on-screen keyboard leaves free. */
function fit(): void {
  const view = window.visualViewport;
  if (!framed && view) document.documentElement.style.setProperty("--haut", `${view.height}px`);
}

function wire(): void {
  get("formulaire").addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });
  input.addEventListener("input", measure);
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      submit();
    }
  });
  const click = (id: string, act: () => void): void => get(id).addEventListener("click", act);
  click("quitter", quit);
  click("fermer", () => tell("fermer"));
  click("effacer", () => {
    question.hidden = false;
    question.scrollIntoView({ block: "nearest" });
    get("oui").focus();
  });
  click("oui", () => void erase());
  click("non", () => {
    question.hidden = true;
    get("effacer").focus();
  });
  click("taille", () => {
    saved.size = (saved.size + 1) % SIZES.length;
    keep();
    resize();
    announce(`${mots.tailleAnnonce} ${SIZES[saved.size]}`);
  });
  dictation(get<HTMLButtonElement>("dicter"), input, say);
  document.addEventListener("keydown", onKey);
  window.visualViewport?.addEventListener("resize", fit);
  addEventListener("online", () => void pump());
  addEventListener("offline", () => {
    if (saved.queue.length) say(mots.pasDeConnexion);
  });
  addEventListener("pagehide", stopSpeaking);
  addEventListener("pageshow", (event) => {
    if (event.persisted) refresh();
  });
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) refresh();
  });
  addEventListener("message", (event) => {
    if (event.source === parent && event.data?.relais === "ouvrir") input.focus({ preventScroll: true });
  });
  tabs?.addEventListener("message", ({ data }) => {
    if (!saved.id || data?.id !== saved.id) return;
    if (data.gone) wipe(mots.effaceeAilleurs);
    else if (!shown.includes(data.turn.message_id)) {
      showTurn(data.turn, data.turn.message_id);
      offerLast(data.turn.messages);
    }
  });
}

/** Takes what another tab said meanwhile. */
function refresh(): void {
  if (!saved.token || left) return;
  resumed = false;
  void pump();
}

paint();
wire();
fit();
resize();
get("fermer").hidden = !launched;
// Without script these would do nothing: they show only now.
for (const id of ["quitter", "effacer", "taille"]) get(id).hidden = false;
write(saved.draft);
showQueue();
// A slow phone draws the window first, then does the rest.
setTimeout(() => {
  if (launched || !framed) input.focus({ preventScroll: true });
  tell("pret");
  void pump();
});
