// The small page that talks to the assistant through its website channel. Text is only ever put in
// the page as text; links only lead to https:, tel: and mailto:.
"use strict";

const BASE = "/webhooks/site/conversations";
const KEY = "relais-conversation";
const list = document.getElementById("messages");
const choices = document.getElementById("choix");
const form = document.getElementById("formulaire");
const input = document.getElementById("texte");
const state = document.getElementById("etat");
const main = document.querySelector("main");
let conversation = null;
let busy = false;

function element(name, text, className) {
  const made = document.createElement(name);
  if (text) made.textContent = text;
  if (className) made.className = className;
  return made;
}

function link(text, address) {
  const made = element("a", text);
  made.href = address;
  if (address.startsWith("https:")) {
    made.rel = "noopener noreferrer";
    made.target = "_blank";
  }
  return made;
}

const safe = (address) => /^(https?:\/\/|tel:|mailto:)/i.test(address || "");

// [words](address) becomes a link; everything else stays text.
function withLinks(target, text) {
  const pattern = /\[([^\]]+)\]\(([^)\s]+)\)/g;
  let from = 0;
  for (const match of text.matchAll(pattern)) {
    target.append(text.slice(from, match.index));
    target.append(safe(match[2]) ? link(match[1], match[2]) : match[1]);
    from = match.index + match[0].length;
  }
  target.append(text.slice(from));
}

function paragraphs(text) {
  const box = element("div", null, "texte");
  for (const line of text.split("\n").filter((line) => line.trim())) {
    const paragraph = element("p");
    withLinks(paragraph, line);
    box.append(paragraph);
  }
  return box;
}

function row(table, name, content) {
  if (!content) return;
  const detail = element("dd");
  detail.append(content);
  table.append(element("dt", name), detail);
}

const OPEN = { ouvert: "Ouvert maintenant.", ferme: "Fermé maintenant." };

function card(place) {
  const box = element("article", null, "fiche");
  box.append(element("h2", place.nom));
  box.append(element("p", [place.type, place.distance].filter(Boolean).join(", "), "sorte"));
  if (place.pourquoi) box.append(element("p", place.pourquoi));
  const table = element("dl");
  row(table, "Adresse", place.adresse);
  row(table, "Zone", place.zone);
  row(table, "Téléphone", place.telephone_lien && link(place.telephone, `tel:${place.telephone_lien}`));
  row(table, "Courriel", place.courriel && link(place.courriel, `mailto:${place.courriel}`));
  row(table, "Site", safe(place.site) && link(new URL(place.site).hostname.replace(/^www\./, ""), place.site));
  row(table, "Heures", [place.horaires, OPEN[place.ouvert], place.prochaine_ouverture].filter(Boolean).join(" "));
  row(table, "Âge", place.age);
  row(table, "Prix", place.prix);
  row(table, "Accès", [place.acces, place.parent].filter(Boolean).join(" "));
  row(table, "Chemin", safe(place.itineraire) && link("Voir le chemin", place.itineraire));
  box.append(table);
  if (place.remarque) box.append(element("p", place.remarque));
  if (place.verifie) box.append(element("p", place.verifie, "verifie"));
  return box;
}

function showParent(text) {
  const turn = element("li", null, "tour moi");
  turn.append(element("span", "Vous : ", "cache"), element("p", text));
  list.append(turn);
}

function showAssistant(messages) {
  choices.replaceChildren();
  const turn = element("li", null, "tour");
  turn.append(element("span", "Relais Parents : ", "cache"));
  for (const message of messages) {
    if (message.text) turn.append(paragraphs(message.text));
    const custom = message.custom || {};
    if (custom.type === "places") turn.append(...custom.places.map(card));
    for (const choice of message.buttons || []) {
      const button = element("button", choice.title);
      button.type = "button";
      button.addEventListener("click", () => send(choice.payload, choice.title));
      choices.append(button);
    }
  }
  list.append(turn);
  turn.scrollIntoView({ block: "start" });
}

function say(text, isError) {
  state.textContent = text;
  state.className = isError ? "erreur" : "";
}

async function call(method, path, body) {
  const headers = { "Content-Type": "application/json" };
  if (conversation) headers.Authorization = `Bearer ${conversation.token}`;
  const answer = await fetch(BASE + path, { method, headers, body: body && JSON.stringify(body) });
  const content = answer.status === 204 ? {} : await answer.json();
  if (!answer.ok) throw Object.assign(new Error(content.error.message), { status: answer.status });
  return content;
}

async function open() {
  list.replaceChildren();
  choices.replaceChildren();
  const kept = sessionStorage.getItem(KEY);
  if (kept) {
    conversation = JSON.parse(kept);
    try {
      const history = await call("GET", `/${conversation.id}`);
      for (const turn of history.turns) {
        if (turn.text) showParent(turn.text);
        showAssistant(turn.messages);
      }
      return;
    } catch (error) {
      if (!error.status) throw error;
      sessionStorage.removeItem(KEY);
    }
  }
  conversation = null;
  const opened = await call("POST", "", {});
  conversation = { id: opened.id, token: opened.token };
  sessionStorage.setItem(KEY, JSON.stringify(conversation));
  showAssistant(opened.messages);
}

const newId = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

async function send(text, shown) {
  if (busy || !conversation) return;
  busy = true;
  const body = { text, message_id: newId() };
  showParent(shown || text);
  choices.replaceChildren();
  list.lastElementChild.scrollIntoView({ block: "end" });
  say("Relais Parents écrit…");
  for (let attempt = 0; ; attempt += 1) {
    try {
      const answer = await call("POST", `/${conversation.id}/messages`, body);
      say("");
      showAssistant(answer.messages);
      break;
    } catch (error) {
      if (error.status || attempt === 4) {
        say(error.status ? error.message : "Pas de connexion. Votre message n'est pas parti. Réessayez.", true);
        if (!shown) input.value = text;
        break;
      }
      say("Pas de connexion. Je réessaie…", true);
      await new Promise((done) => setTimeout(done, 1500 * (attempt + 1)));
    }
  }
  busy = false;
  input.focus();
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const text = input.value.trim();
  if (!text || busy) return;
  input.value = "";
  send(text);
});

input.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    form.requestSubmit();
  }
});

document.getElementById("effacer").addEventListener("click", async () => {
  if (!conversation || !window.confirm("Effacer toute la conversation ?")) return;
  try {
    await call("DELETE", `/${conversation.id}`);
    sessionStorage.removeItem(KEY);
    await open();
    say("Votre conversation est effacée.");
  } catch (error) {
    say("L'effacement n'a pas marché. Réessayez.", true);
  }
});

open().catch(() => say("L'assistant ne répond pas. Réessayez dans une minute.", true));
