// Watches other people's players over a line, each with the defaults of its makers.
// Usage: FAROL_CHROMIUM=/path node abr.mjs PACKAGES, jobs and answers as in jobs.mjs: {player, url,
// seconds} has {lasted, first, looks: [[seconds, media seconds, height]], words}. The page, the
// library and the player stand before the clock starts; times count from "load this address".
// What is on the screen is told by the pictures themselves (requestVideoFrameCallback: media time
// and height), and whether they move by currentTime, not by what the player says.
import { answerJobs } from "./jobs.mjs";

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

await answerJobs(watch);
