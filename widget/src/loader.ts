/**
 * The one line of a partner's page: a button, and nothing else until it is pressed.
 *
 * Every byte here is paid by every visitor of every partner: short on purpose. Styles go through the
 * CSSOM, which needs no permission of the page's policy, in any browser.
 */

(() => {
  const script = document.currentScript as HTMLScriptElement | null;
  if (!script) return;
  const data = script.dataset;
  const home = new URL(script.src).origin;
  const colour = /^#[0-9a-f]{6}$/i.test(data.couleur ?? "") ? data.couleur! : "#0a5f59";
  const away = /^https:/.test(data.quitter ?? "") ? data.quitter! : "https://www.meteo.be/fr";
  const side = data.cote === "gauche" ? "left" : "right";
  const small = matchMedia("(max-width:640px),(max-height:500px)");
  const name = "Relais Parents";

  const make = <K extends keyof HTMLElementTagNameMap>(
    kind: K,
    style: string,
    words = "",
  ): HTMLElementTagNameMap[K] => {
    const made = document.createElement(kind);
    made.style.cssText = style;
    made.textContent = words;
    return made;
  };

  const label = (element: HTMLElement, role: string): void => {
    element.setAttribute("role", role);
    element.setAttribute("aria-label", name);
  };

  const frameIn = (style: string, mode = ""): HTMLIFrameElement => {
    const frame = make("iframe", `border:0;width:100%;height:100%;${style}`);
    frame.title = `${name} : conversation`;
    frame.allow = `microphone;clipboard-write${"share" in navigator ? ";web-share" : ""}`;
    frame.src = `${home}/fenetre#couleur=${colour.slice(1)}&quitter=${encodeURIComponent(away)}${mode}`;
    return frame;
  };

  /** Calls back with each word the conversation's frame says, and only that frame. */
  const listen = (frame: () => HTMLIFrameElement | undefined, hear: (word: string) => void): void =>
    addEventListener("message", (event) => {
      if (event.origin !== home || event.source !== frame()?.contentWindow) return;
      const word = event.data?.relais;
      if (word === "quitter") location.replace(away);
      else hear(word);
    });

  const start = (): void => {
    const host = make("div", "all:initial!important");
    host.lang = "fr";
    label(host, "region");
    const root = host.attachShadow({ mode: "open" });
    const fixed = "position:fixed;z-index:2147483647;";
    const own = "font:600 17px/1.3 system-ui,sans-serif;padding:10px 18px;min-height:48px;cursor:pointer;border-radius:24px;";
    const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16) ** 2.2);
    // Black or white on the partner's colour, whichever reads better.
    const ink = 0.2126 * r + 0.7152 * g + 0.0722 * b > 35_000 ? "#000" : "#fff";
    const launcher = make(
      "button",
      `${fixed}${own}${side}:16px;bottom:16px;border:2px solid #fff;background:${colour};color:${ink};box-shadow:0 2px 12px #0006`,
      data.texte || "Parents : besoin d'aide ?",
    );
    const panel = make("div", "");
    const call = make("a", "", "112");
    const again = make("button", own, "Réessayer");
    const close = make("button", own, "Fermer");
    let frame: HTMLIFrameElement | undefined;
    let open = false;
    let stilled: HTMLElement[] = [];

    /** Puts everything where the screen and the keyboard leave room for it. */
    const place = (): void => {
      const full = open && small.matches;
      const view = window.visualViewport;
      panel.style.cssText = `${fixed}box-sizing:border-box;overflow:auto;padding:24px;background:#faf6ef;color:#222;font:17px/1.5 system-ui,sans-serif;display:${
        open ? "block" : "none"
      };${
        full
          ? `left:0;width:100%;top:${view ? view.offsetTop : 0}px;height:${view ? `${view.height}px` : "100%"}`
          : `${side}:16px;bottom:16px;width:min(420px,94vw);height:min(720px,94vh);border:1px solid #777;border-radius:16px;box-shadow:0 6px 30px #0006`
      }`;
      launcher.style.display = open ? "none" : "block";
      panel.ariaModal = String(full);
      for (const one of stilled) one.inert = false;
      stilled = full
        ? ([...document.body.children] as HTMLElement[]).filter((one) => one !== host && !one.inert)
        : [];
      for (const one of stilled) one.inert = true;
      document.documentElement.style.overflow = full ? "hidden" : "";
    };

    const show = (on: boolean): void => {
      open = on;
      place();
      if (!on) launcher.focus();
    };

    const enter = (): void => {
      frame?.focus();
      frame?.contentWindow?.postMessage({ relais: "ouvrir" }, home);
    };

    const load = (): void => {
      frame?.remove();
      // Hidden until it says it is ready: a browser's own error page never does.
      frame = frameIn("position:absolute;inset:0;visibility:hidden", "&panneau");
      panel.append(frame);
      setTimeout(() => frame?.style.visibility && close.focus());
    };

    label(panel, "dialog");
    call.href = "tel:112";
    again.onclick = load;
    close.onclick = () => show(false);
    launcher.ariaHasPopup = "dialog";
    launcher.onclick = () => {
      show(true);
      if (frame) enter();
      // In a task of its own: the button answers at once on a slow phone.
      else setTimeout(load);
    };
    listen(
      () => frame,
      (word) => {
        if (word === "fermer") show(false);
        else if (word === "pret") {
          frame!.style.visibility = "";
          if (open) enter();
        }
      },
    );
    addEventListener("keydown", (event) => {
      if (open && event.key === "Escape" && !event.defaultPrevented) show(false);
    });
    small.onchange = place;
    for (const kind of ["resize", "scroll"]) window.visualViewport?.addEventListener(kind, place);
    panel.append("Ouverture… Si rien ne vient, réessayez. En danger, appelez le ", call, ".", make("p", ""), again, " ", close);
    root.append(launcher, panel);
    place();
    document.body.append(host);
  };

  const begin = (): void => {
    const inside = data.dans && document.querySelector(data.dans);
    if (!inside) return start();
    const frame = frameIn("min-height:480px");
    listen(() => frame, () => {});
    inside.append(frame);
  };
  if (document.readyState === "loading") addEventListener("DOMContentLoaded", begin);
  else begin();
})();
