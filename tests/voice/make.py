"""``make voice``: speaks the call board's words with espeak-ng, so that a television without a voice of its own can call numbers.

One Ogg/Opus file a language, and beside it where in it each word lies: ``{word: [start, length]}`` in seconds. Needs Debian's
espeak-ng, sox and opus-tools. A site that would rather hear a person records the same words into files of the same form.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import wave
from pathlib import Path

OUT = Path(__file__).resolve().parents[2] / "plugins" / "vaccination" / "static" / "voice"
RATE = 24_000  # Hz, one of Opus's own
GAP = 0.15  # seconds of silence between words, so that none is heard at another's edge
DIGITS = "0123456789"
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

LETTERS_IN_VIETNAMESE = (
    "a bê xê dê e ép giê hát i di ca lờ mờ nờ o pê quy rờ sờ tê u vê vê-kép ích-xì y-dài dét"  # as schools name them
)
DIGITS_IN_VIETNAMESE = "không một hai ba bốn năm sáu bảy tám chín"
DIGITS_IN_ENGLISH = "zero one two three four five six seven eight nine"

#: what is spoken for each word of a call
WORDS = {
    "vi": {
        "number": "Mời số",
        "table": "đến bàn",
        **dict(zip(DIGITS, DIGITS_IN_VIETNAMESE.split(), strict=True)),
        **dict(zip(LETTERS, LETTERS_IN_VIETNAMESE.split(), strict=True)),
    },
    "en": {
        "number": "Number",
        "table": "please go to table",
        **dict(zip(DIGITS, DIGITS_IN_ENGLISH.split(), strict=True)),
        **dict(zip(LETTERS, LETTERS, strict=True)),
    },
}
VOICES = {"vi": ["-v", "vi", "-s", "125"], "en": ["-v", "en-gb", "-s", "140"]}


def main() -> int:
    OUT.mkdir(parents=True, exist_ok=True)
    for language, words in WORDS.items():
        with tempfile.TemporaryDirectory(prefix="kiosk-voice-") as scratch:
            places = _speak(Path(scratch), language, words)
        (OUT / f"{language}.json").write_text(json.dumps(places, separators=(",", ":")) + "\n", "utf-8")
        print(f"{language}: {len(places)} words, {(OUT / f'{language}.ogg').stat().st_size} bytes")
    return 0


def _speak(folder: Path, language: str, words: dict[str, str]) -> dict[str, list[float]]:
    at, places, parts = 0.0, {}, []
    for place, (word, spoken) in enumerate(words.items()):
        raw, part = folder / "raw.wav", folder / f"{place}.wav"
        _run("espeak-ng", *VOICES[language], "-g", "0", "-w", str(raw), spoken)
        # equally loud, without the silence at both ends, with a little of our own behind
        edges = ["silence", "1", "0.01", "0.3%", "reverse", "silence", "1", "0.01", "0.3%", "reverse"]
        _run("sox", str(raw), "-r", str(RATE), "-c", "1", str(part), *edges, "norm", "-3", "pad", "0", str(GAP))
        with wave.open(str(part)) as sound:
            length = sound.getnframes() / RATE
        places[word] = [round(at, 3), round(length - GAP, 3)]
        at += length
        parts.append(str(part))
    whole = folder / "whole.wav"
    _run("sox", *parts, str(whole))
    _run("opusenc", "--quiet", "--bitrate", "24", "--serial", "1", str(whole), str(OUT / f"{language}.ogg"))
    return places


def _run(*command: str) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    sys.exit(main())
