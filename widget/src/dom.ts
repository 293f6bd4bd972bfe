/** Makes elements. Text enters the page here only, and only as text: no markup is ever parsed. */

type Child = Node | string | null | undefined | false;

/** Returns a new element; `null`, `undefined` and `false` children are left out. */
export function h<K extends keyof HTMLElementTagNameMap>(
  name: K,
  className?: string | null,
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  if (className) made.className = className;
  for (const child of children) if (child) made.append(child);
  return made;
}

export function button(className: string, text: string, act: () => void): HTMLButtonElement {
  const made = h("button", className, text);
  made.type = "button";
  made.addEventListener("click", act);
  return made;
}

/** Returns the element of the page's own HTML with this id. */
export function get<T extends HTMLElement>(id: string): T {
  return document.getElementById(id) as T;
}
