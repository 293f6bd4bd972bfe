/** Shows typed data as cards: places, help lines, a text to copy. Every field may be missing. */

import * as mots from "./mots.json";
import { button, h } from "./dom";
import { announce } from "./announce";
import { type Fields, words } from "./message";
import { link, safeAddress } from "./text";

const OPEN: Record<string, string> = { ouvert: mots.ouvert, ferme: mots.ferme, inconnu: mots.inconnu };

function dialled(value: string): string {
  const number = value.replace(/[\s./-]/g, "");
  return /^\+?\d{3,15}$/.test(number) ? number : "";
}

/** Returns the `tel:` link of a record, or its number as bare text, or nothing. */
function call(record: Fields, className: string): HTMLElement | null {
  const shown = words(record["telephone"]) || words(record["telephone_lien"]);
  if (!shown) return null;
  const number = dialled(words(record["telephone_lien"])) || dialled(shown);
  // A number is never cut in two lines.
  return number ? link(`${mots.appeler} ${shown.replace(/ /g, "\u00a0")}`, `tel:${number}`, className) : h("span", null, shown);
}

function distance(place: Fields): string {
  const km = place["distance_km"];
  if (words(place["distance"])) return words(place["distance"]);
  return typeof km === "number" && km >= 0 ? `${mots.aKm} ${String(km).replace(".", ",")} ${mots.km}` : "";
}

function joined(...values: unknown[]): string {
  return values.map(words).filter(Boolean).join(" ");
}

async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // An old browser, or a page that forbids it: the old way.
    const area = h("textarea", "cache");
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }
}

/** Returns the buttons that take a card away: copy, print, share where the device can. */
function tools(box: HTMLElement, name: string, text: string): HTMLElement {
  const row = h("div", "gestes");
  const add = (label: string, act: (made: HTMLButtonElement) => void): void => {
    const made = button("discret", label, () => act(made));
    if (name) made.append(h("span", "cache", ` : ${name}`));
    row.append(made);
  };
  add(mots.copier, async (made) => {
    const back = document.activeElement as HTMLElement | null;
    const said = (await copy(text)) ? mots.copie : mots.copieEchec;
    back?.focus();
    const label = made.firstChild as Text;
    label.data = said;
    announce(said);
    setTimeout(() => (label.data = mots.copier), 2500);
  });
  add(mots.imprimer, () => {
    box.classList.add("imprime");
    document.body.classList.add("fiche-seule");
    addEventListener(
      "afterprint",
      () => {
        box.classList.remove("imprime");
        document.body.classList.remove("fiche-seule");
      },
      { once: true },
    );
    print();
  });
  if ("share" in navigator) add(mots.partager, () => navigator.share({ title: name, text }).catch(() => {}));
  return row;
}

/** Returns the card of a place, and the words that name it aloud. `rank` is 0 for a lone card. */
export function placeCard(place: Fields, rank: number): [HTMLElement, string] {
  const name = words(place["nom"]) || words(place["type"]) || mots.lieu;
  const kind = [words(place["type"]), distance(place)].filter(Boolean).join(", ");
  const box = h("article", "fiche", h("h3", null, rank ? `${rank}. ${name}` : name));
  const copied = [name, kind];
  const paragraph = (className: string | null, text: string): void => {
    if (!text) return;
    box.append(h("p", className, text));
  };
  paragraph("sorte", kind);
  paragraph(null, words(place["pourquoi"]));
  const phone = call(place, "appel");
  const path = safeAddress(place["itineraire"]);
  if (phone || path)
    box.append(h("div", "actions", phone, path && link(mots.chemin, path, "appel second")));
  const table = h("dl");
  const row = (label: string, text: string, content: Node | string = text): void => {
    if (!text) return;
    table.append(h("dt", null, label), h("dd", null, content));
    copied.push(`${label} : ${text}`);
  };
  const mail = words(place["courriel"]);
  const site = words(place["site"]);
  row(mots.adresse, words(place["adresse"]) || words(place["commune"]));
  row(mots.zone, words(place["zone"]));
  if (phone) copied.push(`${mots.telephone} : ${words(place["telephone"]) || words(place["telephone_lien"])}`);
  row(mots.heures, joined(place["horaires"], OPEN[words(place["ouvert"])], place["prochaine_ouverture"]));
  row(mots.age, words(place["age"]));
  row(mots.prix, words(place["prix"]));
  row(mots.acces, joined(place["acces"], place["parent"]));
  row(mots.courriel, mail, /^[^\s@?&]+@[^\s@?&]+$/.test(mail) ? link(mail, `mailto:${mail}`) : mail);
  row(mots.site, site, link(site.replace(/^https?:\/\/(www\.)?/i, "").replace(/\/$/, ""), site));
  if (table.firstChild) box.append(table);
  paragraph(null, words(place["remarque"]));
  paragraph("verifie", words(place["verifie"]));
  copied.push(words(place["verifie"]));
  box.append(tools(box, name, copied.filter(Boolean).join("\n")));
  return [box, `${name}${kind && kind !== name ? `, ${kind}` : ""}`];
}

/** Returns the large card of a help line, or nothing when it has no number and no name. */
export function lineCard(line: Fields): HTMLElement | null {
  const phone = call(line, "appel");
  const name = words(line["nom"]);
  if (!phone && !name) return null;
  // « Ouvert » goes without saying beside a number to press; « fermé » does not.
  const closed = words(line["ouvert"]) === "ferme" && mots.ferme;
  const cost = words(line["cout"]);
  const small = joined(line["horaires"], closed, cost && `${cost[0]?.toUpperCase()}${cost.slice(1).replace(/\.$/, "")}.`);
  return h(
    "article",
    "fiche ligne",
    name && h("h3", null, name),
    words(line["pour_quoi"]) && h("p", null, words(line["pour_quoi"])),
    phone,
    small && h("p", "sorte", small),
  );
}

/** Returns a block of plain text that is made to be copied or printed. */
export function copyCard(text: string): HTMLElement {
  const box = h("article", "fiche", h("p", "brut", text));
  box.append(tools(box, "", text));
  return box;
}
