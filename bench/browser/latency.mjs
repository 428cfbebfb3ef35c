// How far behind the live point other people's players are, by what stands on their screen.
// Usage: FAROL_CHROMIUM=/path node latency.mjs PACKAGES, jobs and answers as in jobs.mjs: {player:
// "hls.js" | "dash.js", url, seconds, target} has {began, looks: [[UTC seconds, strip]], stalls,
// problems}. `strip` is the top of the picture as base64 of 320 x 24 grey bytes, taken twice a
// second; who asked reads it (docs/strip.md). Each player is told the target and may play from
// 0.95 to 1.05 times as fast, in the words of its own documentation; all else is its makers' default.
import { answerJobs } from "./jobs.mjs";

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

await answerJobs(watch);
