// Builds the pages that the assistant serves, from src/ into bot/channel/page/.
// `node build.mjs FOLDER` builds elsewhere (a test compares).
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, transform } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const source = (name) => join(here, "src", name);
const target = process.argv[2] ?? join(here, "..", "bot", "channel", "page");

// What an iPhone of 2020 (iOS 14) and an Android phone of the same age understand.
const language = "es2020";
const browsers = ["safari14", "chrome87", "firefox78"];

async function script(name) {
  const done = await build({
    entryPoints: [source(name)],
    bundle: true,
    minify: true,
    write: false,
    format: "iife",
    target: language,
    charset: "utf8",
    legalComments: "none",
  });
  return done.outputFiles[0].text.trim();
}

async function style(name) {
  const css = await readFile(source(name), "utf8");
  return (await transform(css, { loader: "css", minify: true, charset: "utf8", target: browsers })).code.trim();
}

/** Puts style and script into a page: one request, and the browser can draw and listen. */
async function page(name, parts) {
  let html = await readFile(source(name), "utf8");
  for (const [mark, content] of Object.entries(parts)) html = html.replace(`<!--${mark}-->`, () => content);
  return html.replace(/\n(?=<)/g, "\n");
}

const frameStyle = await style("fenetre.css");
const files = {
  "w.js": await script("loader.ts"),
  "fenetre.html": await page("fenetre.html", { style: frameStyle, script: await script("frame.ts") }),
  "simple.html": await page("simple.html", { style: frameStyle }),
  "index.html": await readFile(source("index.html"), "utf8"),
  "site.css": await style("site.css"),
  "site.js": await script("site.ts"),
  "mots.json": await readFile(source("mots.json"), "utf8"),
};
await mkdir(target, { recursive: true });
for (const [name, content] of Object.entries(files)) await writeFile(join(target, name), `${content.trim()}\n`);
