// How far behind the live point other people's players are, by what stands on their screen.
// Usage: FAROL_CHROMIUM=/path node latency.mjs PACKAGES; jobs come on standard input, one line of
// JSON each ({player: "hls.js" | "dash.js", url, seconds, target}), answers go to standard output
// likewise ({began, looks: [[UTC seconds, strip]], stalls, problems} or {problem}). `strip` is the top of
// the picture as base64 of 320 x 24 grey bytes, taken twice a second; who asked reads it
// (docs/strip.md). Each player is told the target and may play from 0.95 to 1.05 times as fast, in
// the words of its own documentation; all else is its makers' default. Each job has a fresh
// browser context (no cache, no open connections).
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { join, resolve } from "node:path";

const packages = resolve(process.argv[2]);
const { chromium } = createRequire(join(packages, "package.json"))("playwright-core");
const script = (path) => join(packages, "node_modules", path);
const scripts = {
  "hls.js": script("hls.js/dist/hls.min.js"),
  "dash.js": script("dashjs/dist/modern/umd/dash.all.min.js"),
};

// Runs in the page.
async function watch({ player, url, seconds, target }) {
  const video = document.querySelector("video");
  const canvas = new OffscreenCanvas(320, 24);
  const paper = canvas.getContext("2d", { willReadFrequently: true });
  video.muted = true;
  video.autoplay = true;
  const looks = [];
  const problems = [];
  let stalls = 0;
  let shown = false;
  let began;
  if (player === "hls.js") {
    const hls = new Hls({ lowLatencyMode: true, liveSyncDuration: target, maxLiveSyncPlaybackRate: 1.05 });
    hls.on(Hls.Events.ERROR, (_, data) => data.fatal && problems.push(data.details));
    const attached = new Promise((go) => hls.once(Hls.Events.MEDIA_ATTACHED, go));
    hls.attachMedia(video);
    await attached;
    began = Date.now() / 1000;
    hls.loadSource(url);
  } else {
    const dash = dashjs.MediaPlayer().create();
    dash.updateSettings({
      debug: { logLevel: 0 },
      streaming: {
        delay: { liveDelay: target },
        liveCatchup: { enabled: true, playbackRate: { min: -0.05, max: 0.05 } },
      },
    });
    dash.on(dashjs.MediaPlayer.events.ERROR, ({ error }) => problems.push(`${error.code} ${error.message}`));
    began = Date.now() / 1000;
    dash.initialize(video, url, true);
  }
  video.requestVideoFrameCallback(() => (shown = true));
  video.addEventListener("waiting", () => (stalls += shown));
  const look = () => {
    if (!shown) return;
    const now = Date.now() / 1000;
    paper.drawImage(video, 0, 0, video.videoWidth, (video.videoHeight * 4) / 30, 0, 0, 320, 24);
    const { data } = paper.getImageData(0, 0, 320, 24);
    let grey = "";
    for (let at = 1; at < data.length; at += 4) grey += String.fromCharCode(data[at]);
    looks.push([now, btoa(grey)]);
  };
  const looking = setInterval(look, 500);
  await new Promise((go) => setTimeout(go, seconds * 1000));
  clearInterval(looking);
  return { began, looks, stalls, problems };
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
