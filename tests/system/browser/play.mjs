// Plays streams with other people's players in headless Chromium and says what it saw.
// Usage: FAROL_CHROMIUM=/path node play.mjs JOBS.json; the report goes to standard output as JSON.
// A job: {player: "hls.js" | "dash.js", url, seconds, seek: seconds | null, language, screenshot: path}.
import { readFileSync } from "node:fs";
import { chromium } from "playwright-core";

const script = (path) => new URL(`node_modules/${path}`, import.meta.url).pathname;
const scripts = {
  "hls.js": script("hls.js/dist/hls.js"),
  "dash.js": script("dashjs/dist/modern/umd/dash.all.min.js"),
};

// Runs in the page. Ends as soon as the picture has moved on for the wanted time.
async function watch({ player, url, seconds, seek, language }) {
  const video = document.querySelector("video");
  const problems = [];
  const seen = { audio: [], text: [], heights: [], language: null, parts: 0 };
  let choose = () => {}, behind = () => null; // seconds to the live point: as aimed at, and now
  video.addEventListener("error", () => problems.push("video: " + video.error?.message));
  if (player === "hls.js") {
    // What hls.js does of its own accord: drop a request when a track changes, begin behind the
    // reordering delay of a transport stream, wait for the first bytes.
    const harmless = new Set(["aborted", "bufferSeekOverHole", "bufferStalledError", "bufferAppendNoProgress"]);
    // When the audio track changes it throws away the audio that it has, fetches what comes after
    // the playhead first, and pushes the playhead on while the rest is still on its way. A push
    // where media lies in the buffer would be a fault of that media.
    const inBuffer = () => [...Array(video.buffered.length).keys()].some(
      (range) => video.buffered.start(range) <= video.currentTime && video.currentTime < video.buffered.end(range));
    const hls = new Hls({ enableWorker: true });
    hls.on(Hls.Events.ERROR, (_, data) => {
      if (data.details === "bufferNudgeOnStall" && !data.fatal && !inBuffer()) return;
      if (data.fatal || !harmless.has(data.details))
        problems.push(`${data.fatal ? "fatal " : ""}${data.details} ${data.error?.message ?? ""} ${data.url ?? data.frag?.url ?? ""}`);
    });
    hls.on(Hls.Events.MANIFEST_PARSED, () => (seen.heights = hls.levels.map((level) => level.height)));
    hls.on(Hls.Events.AUDIO_TRACKS_UPDATED, () => (seen.audio = hls.audioTracks.map((track) => track.lang)));
    hls.on(Hls.Events.SUBTITLE_TRACKS_UPDATED, () => (seen.text = hls.subtitleTracks.map((track) => track.lang)));
    hls.on(Hls.Events.FRAG_LOADED, (_, { part }) => (seen.parts += part ? 1 : 0));
    hls.on(Hls.Events.AUDIO_TRACK_SWITCHED, (_, track) => (seen.language = track.lang));
    choose = () => {
      hls.subtitleTrack = 0;
      hls.audioTrack = seen.audio.indexOf(language);
    };
    behind = () => [hls.targetLatency, hls.latency];
    hls.loadSource(url);
    hls.attachMedia(video);
  } else {
    const dash = dashjs.MediaPlayer().create();
    dash.updateSettings({ debug: { logLevel: 0 }, streaming: { text: { defaultEnabled: true } } });
    dash.on(dashjs.MediaPlayer.events.ERROR, ({ error }) => problems.push(`${error.code} ${error.message}`));
    dash.on(dashjs.MediaPlayer.events.STREAM_INITIALIZED, () => {
      seen.heights = dash.getRepresentationsByType("video").map((rung) => rung.height);
      seen.audio = dash.getTracksFor("audio").map((track) => track.lang);
      seen.text = dash.getTracksFor("text").map((track) => track.lang);
    });
    choose = () => {
      const track = dash.getTracksFor("audio").find((track) => track.lang === language);
      if (track) dash.setCurrentTrack(track);
      seen.language = dash.getCurrentTrackFor("audio")?.lang ?? null;
    };
    behind = () => [dash.getTargetLiveDelay(), dash.getCurrentLiveLatency()];
    dash.initialize(video, url, true);
  }
  const until = async (done) => {
    const limit = performance.now() + 20000;
    while (!done() && performance.now() < limit) await new Promise((go) => setTimeout(go, 50));
    return done();
  };
  video.muted = true;
  // dash.js plays by itself. Were the element told before dash.js listens to it, dash.js would not
  // learn that it plays, and would never read the manifest again.
  if (player === "hls.js") video.play().catch((error) => problems.push("play: " + error.message));
  const moving = await until(() => video.currentTime > 0 && video.readyState >= 3 && !video.seeking);
  choose();
  const from = video.currentTime;
  const played = moving && (await until(() => video.currentTime >= from + seconds));
  seen.behind = behind();
  const cues = [...video.textTracks].flatMap((track) => [...(track.cues ?? [])]);
  const texts = [...new Set(cues.map((cue) => cue.text))].sort();
  if (played && seek !== null) {
    video.pause();
    video.currentTime = seek;
    await until(() => !video.seeking && video.readyState >= 2);
    await new Promise((go) => video.requestVideoFrameCallback ? setTimeout(go, 250) : go());
  }
  const quality = video.getVideoPlaybackQuality();
  return {
    ...seen, played, from, to: video.currentTime, problems, texts,
    readyState: video.readyState, width: video.videoWidth, height: video.videoHeight,
    decoded: quality.totalVideoFrames, dropped: quality.droppedVideoFrames,
  };
}

const jobs = JSON.parse(readFileSync(process.argv[2], "utf8"));
const browser = await chromium.launch({
  executablePath: process.env.FAROL_CHROMIUM,
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--autoplay-policy=no-user-gesture-required",
    "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});
try {
  const run = async (job) => {
    const page = await browser.newPage({ viewport: { width: 640, height: 360 } });
    await page.setContent('<body style="margin:0;background:#000"><video style="width:640px;height:360px;display:block"></video>');
    await page.addScriptTag({ path: scripts[job.player] });
    const result = await page.evaluate(watch, job);
    await page.screenshot({ path: job.screenshot });
    await page.close();
    return { ...job, ...result };
  };
  const reports = [];
  const together = 4; // software decoders on two cores
  for (let first = 0; first < jobs.length; first += together)
    reports.push(...(await Promise.all(jobs.slice(first, first + together).map(run))));
  process.stdout.write(JSON.stringify(reports) + "\n");
} finally {
  await browser.close();
}
