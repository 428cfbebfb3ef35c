// Cold starts of other people's players in headless Chromium, one at a time.
// Usage: FAROL_CHROMIUM=/path node start.mjs PACKAGES, jobs and answers as in jobs.mjs: {player, url}
// has {seconds}. The page, the library and the player stand before the clock starts; it runs from
// "load this address" to the first picture handed to the compositor (requestVideoFrameCallback).
import { answerJobs } from "./jobs.mjs";

// Runs in the page.
async function start({ player, url }) {
  const patience = 20000; // ms
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

await answerJobs(start);
