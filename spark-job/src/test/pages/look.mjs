// Opens pages of reports, and one of nights, in Chromium and in Firefox, as wide as a desk and as narrow as a telephone, by
// day and by night, and ends with 1 if axe-core finds anything, if a page is wider than its window, or if the keyboard cannot
// unfold it. Pictures of all of them, and what Chromium prints, are left for whoever looks.
//
//   node look.mjs PAGES PICTURES        CHROMIUM and FIREFOX name the browsers where they are not on the path
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import puppeteer from "puppeteer-core";

const [pages, pictures] = process.argv.slice(2).map((each) => path.resolve(each));
const axe = fs.readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const views = [
  { name: "wide", width: 1280, height: 900 },
  { name: "narrow", width: 360, height: 740 },
];

/** Returns where a browser is; without it there is nothing to be checked. */
function found(variable, ...names) {
  if (process.env[variable]) {
    return process.env[variable];
  }
  for (const name of names) {
    try {
      return execFileSync("which", [name], { encoding: "utf8" }).trim();
    } catch {
      // the next one
    }
  }
  throw new Error(`none of ${names.join(", ")} is on the path: install one, or name it in ${variable}`);
}

/** Firefox says by a preference what Chromium is told page by page. */
function launch(browser, dark) {
  return browser === "chrome"
    ? puppeteer.launch({ browser, executablePath: found("CHROMIUM", "chromium", "google-chrome"), args: ["--no-sandbox"] })
    : puppeteer.launch({
        browser,
        executablePath: found("FIREFOX", "firefox-esr", "firefox"),
        extraPrefsFirefox: { "layout.css.prefers-color-scheme.content-override": dark ? 0 : 1 },
      });
}

const faults = [];

async function look(page, name, view) {
  const fault = (text) => faults.push(`${name}, ${view}: ${text}`);
  const wider = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  if (wider > 0) {
    fault(`${wider} pixels wider than the window`);
  }
  const folded = (await page.$("details.job > summary")) ?? (await page.$("details > summary"));
  await folded.focus();
  await page.keyboard.press("Enter");
  if (!(await folded.evaluate((summary) => summary.parentElement.open))) {
    fault("the keyboard does not unfold what is folded");
  }
  await page.evaluate(() => document.querySelectorAll("details").forEach((each) => (each.open = true)));
  // Not as an element of the page, whose policy forbids scripts.
  await page.evaluate(axe);
  const found = await page.evaluate(() => axe.run(document, { resultTypes: ["violations"] }));
  found.violations.forEach((one) => fault(`${one.id}: ${one.help}: ${one.nodes[0].html.slice(0, 120)}`));
}

fs.mkdirSync(pictures, { recursive: true });
let looked = 0;
for (const browser of ["chrome", "firefox"]) {
  for (const dark of [false, true]) {
    const running = await launch(browser, dark);
    try {
      for (const file of fs.readdirSync(pages).filter((each) => each.endsWith(".html"))) {
        for (const view of views) {
          const page = await running.newPage();
          await page.setViewport({ width: view.width, height: view.height });
          if (browser === "chrome") {
            await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: dark ? "dark" : "light" }]);
          }
          await page.goto(pathToFileURL(path.join(pages, file)).href);
          const name = `${path.basename(file, ".html")}-${browser}-${view.name}${dark ? "-dark" : ""}`;
          await page.screenshot({ path: path.join(pictures, `${name}.png`), fullPage: true });
          if (browser === "chrome" && !dark && view.name === "wide") {
            await page.pdf({ path: path.join(pictures, `${path.basename(file, ".html")}.pdf`), format: "A4" });
          }
          await look(page, path.basename(file), `${browser} ${view.name}${dark ? ", dark" : ""}`);
          await page.close();
          looked++;
        }
      }
    } finally {
      await running.close();
    }
  }
}
faults.forEach((each) => console.error(each));
console.log(`${looked} views of pages, ${faults.length} faults; pictures are in ${pictures}`);
process.exit(faults.length > 0 || looked === 0 ? 1 : 0);
