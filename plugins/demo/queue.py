"""The queue before the kiosk: who comes next, and what they hold up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

from PIL.Image import Image

from kiosk.synthetic import Citizen, citizens
from kiosk.text.names import mask_name
from plugins.demo import pictures


@dataclass(frozen=True, slots=True)
class Arrival:
    """One person's turn: ``picture`` is a JPEG file, ``words`` tell the onlooker what is shown."""

    picture: bytes
    words: str


def arrivals(rng: Random) -> Iterator[Arrival]:
    """Synthetic people without end: cards and phones by turns, now and then somebody who comes back, or a strange code."""
    people = citizens(rng)
    earlier: list[Citizen] = []
    for turn, citizen in enumerate(people):
        if turn % 7 == 5:
            again = rng.choice(earlier)
            yield _arrival(pictures.card(again), rng, f"{mask_name(again.name, 'initials')} comes back with the card")
        if turn % 9 == 6:
            strange = pictures.phone(f"SHOP-{rng.randrange(10**8):08d}", "Cửa hàng")
            yield _arrival(strange, rng, "somebody shows a shop's code, which no plugin knows")
        earlier = [*earlier[-20:], citizen]
        thing, words = _first_time(citizen, turn)
        yield _arrival(thing, rng, words)


def _first_time(citizen: Citizen, turn: int) -> tuple[Image, str]:
    name = mask_name(citizen.name, "initials")
    shown = turn % 4
    if shown == 1:
        return pictures.phone(citizen.national_qr(), "Mã QR cá nhân"), f"{name} shows the national QR on a phone"
    if shown == 2:
        return pictures.phone(citizen.bhyt(), "Thẻ BHYT"), f"{name} shows the health insurance card on a phone"
    if shown == 3:
        return pictures.phone(citizen.cccd_2024(), "Căn cước"), f"{name} shows the newer identity card's code"
    return pictures.card(citizen), f"{name} holds up the identity card"


def _arrival(thing: Image, rng: Random, words: str) -> Arrival:
    return Arrival(pictures.jpeg(pictures.held(thing, rng)), words)


def step_up(folder: Path, number: int, arrival: Arrival) -> None:
    """Show the picture to a live virtual camera; whole or not at all. Whoever stood there before is gone, but the last: a slow camera
    may still come to them. A kiosk that is started again would see everybody once more."""
    folder.mkdir(parents=True, exist_ok=True)
    leave(folder, but=1)
    draft = folder / f".{number:06d}.part"
    draft.write_bytes(arrival.picture)
    draft.replace(folder / f"{number:06d}.jpg")


def leave(folder: Path, but: int = 0) -> None:
    """Take away what was shown to a live virtual camera, all ``but`` so many of the latest."""
    shown = sorted(folder.glob("*.jpg"), key=lambda picture: picture.stat().st_mtime_ns)
    for picture in shown[: len(shown) - but]:
        picture.unlink(missing_ok=True)
