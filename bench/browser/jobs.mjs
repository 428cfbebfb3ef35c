// What the benches of other people's players share: a headless Chromium that takes one job after
// another, each in a fresh browser context (no cache, no open connections).
// Jobs come on standard input, one line of JSON each ({player: "hls.js" | "dash.js" | "shaka", ...}),
// answers go to standard output likewise, {problem} where there is none. PACKAGES, the program's
// first argument, is the folder with node_modules.
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { join, resolve } from "node:path";

const packages = resolve(process.argv[2]);
const { chromium } = createRequire(join(packages, "package.json"))("playwright-core");
const script = (path) => join(packages, "node_modules", path);
const scripts = {
  "hls.js": script("hls.js/dist/hls.min.js"),
  "dash.js": script("dashjs/dist/modern/umd/dash.all.min.js"),
  shaka: script("shaka-player/dist/shaka-player.compiled.js"),
};

async function run(browser, play, job) {
  const context = await browser.newContext({ viewport: { width: 640, height: 360 } });
  try {
    const page = await context.newPage();
    await page.setContent('<body style="margin:0"><video style="width:640px;height:360px"></video>');
    await page.addScriptTag({ path: scripts[job.player] });
    return await page.evaluate(play, job);
  } catch (error) {
    return { problem: String(error.message ?? error) };
  } finally {
    await context.close();
  }
}

// Answers jobs until standard input ends; `play` runs in the page, in which the player's library
// and one <video> stand, and is given the job.
export async function answerJobs(play) {
  const browser = await chromium.launch({
    executablePath: process.env.FAROL_CHROMIUM,
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--autoplay-policy=no-user-gesture-required",
      "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
  process.stdout.write("READY\n");
  for await (const line of createInterface({ input: process.stdin }))
    process.stdout.write(JSON.stringify(await run(browser, play, JSON.parse(line))) + "\n");
  await browser.close();
}
