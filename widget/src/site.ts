/** The shop window's few gestures: the line to copy, and « Quitter vite » pressed inside the frame. */

const line = document.getElementById("ligne") as HTMLElement;
const button = document.getElementById("copier") as HTMLButtonElement;
const said = document.getElementById("copie") as HTMLElement;
const frame = document.getElementById("assistant") as HTMLIFrameElement;

line.textContent = `<script async src="${location.origin}/w.js"></script>`;
(document.getElementById("lien") as HTMLElement).textContent = `${location.origin}/chat`;
button.hidden = !navigator.clipboard;
button.addEventListener("click", async () => {
  try {
    await navigator.clipboard.writeText(line.textContent ?? "");
    said.textContent = "Copié.";
  } catch {
    said.textContent = "La copie n'a pas marché. Sélectionnez la ligne et copiez-la.";
  }
});
addEventListener("message", (event) => {
  if (event.source === frame.contentWindow && event.data?.relais === "quitter")
    location.replace("https://www.meteo.be/fr");
});

export {};
