// Watches other people's players over a line, each with the defaults of its makers.
// Usage: FAROL_CHROMIUM=/path node abr.mjs PACKAGES; jobs come on standard input, one line of JSON
// each ({player: "hls.js" | "dash.js" | "shaka", url, seconds}), answers go to standard output
// likewise ({lasted, first, looks: [[seconds, media seconds, height]], words} or {problem}).
// Each job has a fresh browser context (no cache, no open connections). The page, the library and
// the player stand before the clock starts; times count from "load this address". What is on the
// screen is told by the pictures themselves (requestVideoFrameCallback: media time and height),
// and whether they move by currentTime, not by what the player says.
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

// Runs in the page.
async function watch({ player, url, seconds }) {
  const video = document.querySelector("video");
  video.muted = true;
  video.autoplay = true;
  const words = [];
  const looks = [];
  let began = performance.now();
  const now = () => (performance.now() - began) / 1000;
  const say = (line) => words.push([now(), line]);
  const rate = (bits) => `${(bits / 1e6).toFixed(2)} Mbit/s`;
  let load;
  if (player === "hls.js") {
    const hls = new Hls();
    const events = Hls.Events;
    hls.on(events.FRAG_LOADED, (_, { frag }) => say(`fetched ${rate(hls.levels[frag.level].bitrate)} at ${frag.start} s`));
    hls.on(events.FRAG_LOAD_EMERGENCY_ABORTED, (_, { frag }) => say(`gave up ${frag.sn}`));
    hls.on(events.FRAG_CHANGED, (_, { frag }) => say(`plays ${rate(hls.levels[frag.level].bitrate)} at ${frag.start} s`));
    hls.on(events.ERROR, (_, data) => say(`${data.fatal ? "fatal " : ""}${data.details}`));
    const attached = new Promise((go) => hls.once(events.MEDIA_ATTACHED, go));
    hls.attachMedia(video);
    await attached;
    load = () => hls.loadSource(url);
  } else if (player === "dash.js") {
    const dash = dashjs.MediaPlayer().create();
    const events = dashjs.MediaPlayer.events;
    dash.updateSettings({ debug: { logLevel: 0 } });
    dash.on(events.FRAGMENT_LOADING_COMPLETED, ({ request }) =>
      request.type === "MediaSegment" && say(`fetched ${rate(request.bandwidth)} at ${request.startTime} s`));
    dash.on(events.FRAGMENT_LOADING_ABANDONED, () => say("gave up a segment"));
    dash.on(events.QUALITY_CHANGE_RENDERED, ({ newRepresentation }) => say(`plays ${newRepresentation?.height}p`));
    dash.on(events.ERROR, ({ error }) => say(`error ${error.code} ${error.message}`));
    dash.initialize(video, null, true);
    load = () => dash.attachSource(url);
  } else {
    shaka.polyfill.installAll();
    const own = new shaka.Player();
    own.addEventListener("adaptation", ({ newTrack }) => say(`chose ${rate(newTrack.bandwidth)}`));
    own.addEventListener("error", ({ detail }) => say(`error ${detail.code}`));
    await own.attach(video);
    load = () => own.load(url);
  }
  for (const kind of ["waiting", "playing", "stalled"]) video.addEventListener(kind, () => say(kind));
  await new Promise((go) => setTimeout(go, 300));
  let first = null;
  let height = 0;
  const frame = (_, { height: seen }) => {
    first ??= now();
    height = seen;
    video.requestVideoFrameCallback(frame);
  };
  video.requestVideoFrameCallback(frame);
  began = performance.now();
  const looking = setInterval(() => looks.push([now(), video.currentTime, height]), 50);
  const failed = new Promise((_, fail) => Promise.resolve(load()).catch(fail));
  await Promise.race([new Promise((go) => setTimeout(go, seconds * 1000)), failed]);
  clearInterval(looking);
  return { lasted: now(), first, looks, words };
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
    return await page.evaluate(watch, job);
  } catch (error) {
    return { problem: String(error.message ?? error) };
  } finally {
    await context.close();
  }
};
process.stdout.write("READY\n");
for await (const line of createInterface({ input: process.stdin }))
  process.stdout.write(JSON.stringify(await run(JSON.parse(line))) + "\n");
await browser.close();
