/** Reading aloud and dictation, where the browser has them in French; elsewhere no button shows. */

import { arreter, dicteeAvis, dicteeEchec, dicter, ecouter } from "./mots.json";
import { announce } from "./announce";
import { button } from "./dom";

interface Recognition {
  lang: string;
  onresult: (event: { results: ArrayLike<ArrayLike<{ transcript: string }>> }) => void;
  onend: () => void;
  onerror: () => void;
  start(): void;
  stop(): void;
}

function frenchVoice(): SpeechSynthesisVoice | undefined {
  const voices = "speechSynthesis" in window ? speechSynthesis.getVoices() : [];
  const french = voices.filter((voice) => /^fr\b/i.test(voice.lang));
  // A voice of the device itself first: nothing leaves the phone.
  return french.find((voice) => voice.localService) ?? french[0];
}

const waiting = new Set<HTMLButtonElement>();

/** Returns the « Écouter » button of a text; hidden until the browser has a French voice. */
export function listenButton(text: string): HTMLButtonElement {
  const made = button("discret ecouter", ecouter, () => {
    const speaking = made.textContent === arreter;
    speechSynthesis.cancel();
    if (speaking) return;
    const said = new SpeechSynthesisUtterance(text);
    said.lang = "fr";
    said.voice = frenchVoice() ?? null;
    said.rate = 0.95;
    said.onend = said.onerror = () => (made.textContent = ecouter);
    made.textContent = arreter;
    speechSynthesis.speak(said);
  });
  made.hidden = !frenchVoice();
  if (made.hidden) waiting.add(made);
  return made;
}

if ("speechSynthesis" in window) {
  // Browsers load their voices late. Old ones have no addEventListener here.
  speechSynthesis.onvoiceschanged = () => {
    if (!frenchVoice()) return;
    for (const one of waiting) one.hidden = false;
    waiting.clear();
  };
}

export function stopSpeaking(): void {
  if ("speechSynthesis" in window) speechSynthesis.cancel();
}

/** Makes the dictation button work, or leaves it hidden; `say` shows a sentence about it. */
export function dictation(
  made: HTMLButtonElement,
  input: HTMLTextAreaElement,
  say: (words: string) => void,
): void {
  const scope = window as unknown as Record<string, (new () => Recognition) | undefined>;
  const Kind = scope["SpeechRecognition"] ?? scope["webkitSpeechRecognition"];
  if (!Kind) return;
  made.hidden = false;
  let running: Recognition | null = null;
  const finish = (): void => {
    running = null;
    made.textContent = dicter;
  };
  made.addEventListener("click", () => {
    if (running) {
      running.stop();
      return;
    }
    const hears = (running = new Kind());
    hears.lang = "fr-BE";
    hears.onresult = (event) => {
      const heard = event.results[0]?.[0]?.transcript ?? "";
      input.value = [input.value.trim(), heard.trim()].filter(Boolean).join(" ");
      input.dispatchEvent(new Event("input"));
      announce(heard);
    };
    hears.onend = () => {
      say("");
      finish();
    };
    hears.onerror = () => {
      hears.onend = finish;
      say(dicteeEchec);
      finish();
    };
    made.textContent = arreter;
    say(dicteeAvis);
    try {
      hears.start();
    } catch {
      hears.onerror();
    }
  });
}
