"""The line-up as an IPTV list (extended M3U, with the attributes that players agree on)."""

from collections.abc import Sequence

from headend.lineup.channel import Channel

LIVE_PATHS = {
    "hls-cmaf": "live/hls-cmaf/master.m3u8",
    "dash": "live/dash/manifest.mpd",
    "hls-ts": "live/hls-ts/master.m3u8",
    "ts": "live/stream.ts",
}
FORMATS: tuple[str, ...] = (*LIVE_PATHS, "mixed")


def live_path(channel: Channel, stream_format: str) -> str:
    """Path of a channel's live stream; `mixed` gives each number another format in turn."""
    if stream_format == "mixed":
        stream_format = tuple(LIVE_PATHS)[(channel.number - 1) % len(LIVE_PATHS)]
    return f"channels/{channel.number}/{LIVE_PATHS[stream_format]}"


def lineup_m3u(channels: Sequence[Channel], *, base: str, stream_format: str) -> str:
    """The list; `base` is the absolute URL of the headend, with a slash at its end."""
    lines = [f'#EXTM3U x-tvg-url="{base}guide.xml"']
    for channel in channels:
        attributes = {
            "tvg-id": channel.id,
            "tvg-chno": str(channel.number),
            "tvg-name": channel.name,
            "tvg-logo": f"{base}logo/{channel.number}.svg",
            "group-title": channel.group,
        }
        joined = " ".join(f'{key}="{value}"' for key, value in attributes.items())
        lines += [f"#EXTINF:-1 {joined},{channel.name}", base + live_path(channel, stream_format)]
    return "\n".join(lines) + "\n"
