"""Recordings and photographs as telephones make them."""

import io

import av
import numpy as np
from PIL import Image

TONE_HERTZ = 440
AMR_HEAD, AMR_FRAME = b"#!AMR\n", b"\x3c" + bytes(31)  # 12.2 kbit/s, twenty milliseconds a frame


def tone(container: str, codec: str, rate: int = 16_000, seconds: float = 1.0, title: str = "") -> bytes:
    """A tone in one of FFmpeg's containers."""
    file = io.BytesIO()
    count = int(rate * seconds)
    wave = (np.sin(2 * np.pi * TONE_HERTZ * np.arange(count) / rate) * 8000).astype(np.int16).reshape(1, -1)
    with av.open(file, "w", format=container) as target:
        target.metadata["title"] = title
        stream = target.add_stream(codec, rate=rate, layout="mono")
        resampler = av.AudioResampler(format=stream.codec_context.format.name, layout="mono", rate=rate)
        for start in range(0, count, 1024):
            frame = av.AudioFrame.from_ndarray(wave[:, start : start + 1024], format="s16", layout="mono")
            frame.rate, frame.pts = rate, None
            for piece in resampler.resample(frame):
                target.mux(stream.encode(piece))
        target.mux(stream.encode(None))
    return file.getvalue()


def film() -> bytes:
    """Some pictures in the container that telephones record voices into."""
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as target:
        stream = target.add_stream("mpeg4", rate=5)
        stream.width = stream.height = 64
        stream.pix_fmt = "yuv420p"
        for _picture in range(3):
            target.mux(stream.encode(av.VideoFrame(64, 64, "yuv420p")))
        target.mux(stream.encode(None))
    return file.getvalue()


def a_photograph() -> bytes:
    """A small JPEG."""
    file = io.BytesIO()
    Image.new("RGB", (60, 40), "teal").save(file, "JPEG")
    return file.getvalue()
