/** Reads what the assistant sent: any field may miss or be of the wrong kind, and is then left out. */

export interface Message {
  text?: unknown;
  buttons?: unknown;
  custom?: unknown;
}

export interface Choice {
  title: string;
  payload: string;
}

export type Fields = Record<string, unknown>;

/** Returns the words of a field; anything but words and plain numbers is no words. */
export function words(value: unknown): string {
  if (typeof value === "number" && Number.isFinite(value)) return String(value);
  return typeof value === "string" ? value.trim().slice(0, 4000) : "";
}

const isObject = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function objects(value: unknown): Fields[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** Returns the messages of a turn that can be read at all. */
export function messages(value: unknown): Message[] {
  return objects(value);
}

export function choices(message: Message): Choice[] {
  return objects(message.buttons)
    .map((one) => ({ title: words(one["title"]), payload: words(one["payload"]) }))
    .filter((one) => one.title && one.payload);
}

/** Returns the places the message carries. */
export function places(message: Message): Fields[] {
  const custom = message.custom;
  return isObject(custom) && custom["type"] === "places" ? objects(custom["places"]) : [];
}

/** Returns the help lines the message carries. */
export function helpLines(message: Message): Fields[] {
  const custom = message.custom;
  const named = isObject(custom) && (custom["type"] === "help_lines" || custom["type"] === "lignes");
  return named ? objects(custom["lignes"]) : [];
}

/** Returns the text to copy that the message carries, or nothing. */
export function textToCopy(message: Message): string {
  const custom = message.custom;
  return isObject(custom) && custom["type"] === "texte_a_copier" ? words(custom["texte"]) : "";
}
