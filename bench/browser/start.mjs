// Cold starts of other people's players in headless Chromium, one at a time.
// Usage: FAROL_CHROMIUM=/path node start.mjs PACKAGES; jobs come on standard input, one line of JSON
// each ({player: "hls.js" | "dash.js" | "shaka", url}), answers go to standard output likewise
// ({seconds} or {problem}). PACKAGES is the folder with node_modules.
// Each job has a fresh browser context (no cache, no open connections). The page, the library and
// the player stand before the clock starts; it runs from "load this address" to the first picture
// handed to the compositor (requestVideoFrameCallback).
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
const PATIENCE_MS = 20000;

// Runs in the page.
async function start({ player, url, patience }) {
  const video = document.querySelector("video");
  video.muted = true;
  video.autoplay = true;
  let load;
  if (player === "hls.js") {
    const hls = new Hls();
    const attached = new Promise((go) => hls.once(Hls.Events.MEDIA_ATTACHED, go));
    hls.attachMedia(video);
    await attached;
    load = () => hls.loadSource(url);
  } else if (player === "dash.js") {
    const dash = dashjs.MediaPlayer().create();
    dash.updateSettings({ debug: { logLevel: 0 } });
    dash.initialize(video, null, true);
    load = () => dash.attachSource(url);
  } else {
    shaka.polyfill.installAll();
    const own = new shaka.Player();
    await own.attach(video);
    load = () => own.load(url);
  }
  await new Promise((go) => setTimeout(go, 300));
  const shown = new Promise((go) => video.requestVideoFrameCallback(() => go(performance.now())));
  const late = new Promise((_, fail) => setTimeout(() => fail(new Error("no picture")), patience));
  const began = performance.now();
  const failed = new Promise((_, fail) => Promise.resolve(load()).catch(fail));
  return { seconds: ((await Promise.race([shown, late, failed])) - began) / 1000 };
}

const browser = await chromium.launch({
  executablePath: process.env.FAROL_CHROMIUM,
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--autoplay-policy=no-user-gesture-required",
    "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});
const run = async (job) => {
  const context = await browser.newContext({ viewport: { width: 640, height: 360 } });
  try {
    const page = await context.newPage();
    await page.setContent('<body style="margin:0"><video style="width:640px;height:360px"></video>');
    await page.addScriptTag({ path: scripts[job.player] });
    return await page.evaluate(start, { ...job, patience: PATIENCE_MS });
  } catch (error) {
    return { problem: String(error.message) };
  } finally {
    await context.close();
  }
};
process.stdout.write("READY\n");
for await (const line of createInterface({ input: process.stdin }))
  process.stdout.write(JSON.stringify(await run(JSON.parse(line))) + "\n");
await browser.close();
