"""The plugin's section of a site's profile: which cameras and scanners there are. Opens nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from kiosk.explained import Explained
from kiosk.plugin import PluginSettings
from plugins.qr_scanning.engine import LIVE_DEFAULT
from plugins.qr_scanning.engine.symbologies import KNOWN

Name = Annotated[
    str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,31}$", description="stable, shown to staff and kept in records")
]


class _CameraSettings(PluginSettings):
    name: Name = "front"
    width: int = Field(default=1280, ge=320, le=3840)
    height: int = Field(default=720, ge=240, le=2160)
    fps: float = Field(default=15.0, ge=1.0, le=60.0, description="frames a second")
    mirror_preview: bool = Field(default=True, description="people aim better at a mirror; codes are read unmirrored")


class UsbCameraSettings(_CameraSettings):
    """A USB camera."""

    kind: Literal["v4l2"]
    path: Path | None = Field(default=None, description="below /dev/v4l/by-id; left out: the first camera found there")


class PiCameraSettings(_CameraSettings):
    """A Raspberry Pi camera on the board's connector."""

    kind: Literal["picamera2"]
    index: int = Field(default=0, ge=0, le=7)


class VirtualCameraSettings(_CameraSettings):
    """A folder of pictures, a video, or (``live``) a folder into which pictures are dropped; else an empty desk."""

    kind: Literal["virtual"]
    source: Path | None = Field(default=None, description="a relative path is below the data directory")
    live: bool = False
    seconds_per_picture: float = Field(default=4.0, gt=0.0, le=3600.0)
    noise: float = Field(default=2.0, ge=0.0, le=50.0, description="sensor noise, standard deviation in grey levels")

    @model_validator(mode="after")
    def _live_needs_a_folder(self) -> VirtualCameraSettings:
        if self.live and self.source is None:
            raise Explained(
                "live cần source: thư mục mà ảnh sẽ được thả vào",
                "live needs source: the folder into which pictures will be dropped",
            )
        return self


class _ScannerSettings(PluginSettings):
    name: Name = "handheld"
    silence: float = Field(default=0.15, gt=0.0, le=5.0, description="seconds without a byte that end a payload")


class SerialScannerSettings(_ScannerSettings):
    """A scanner on a serial port or USB CDC."""

    kind: Literal["serial"]
    path: Path = Field(description="below /dev/serial/by-id, or a fixed port")
    baud: int = Field(default=9600, ge=300, le=4_000_000)


class EvdevScannerSettings(_ScannerSettings):
    """A scanner that acts as a keyboard, taken from the system for ourselves."""

    kind: Literal["evdev"]
    path: Path = Field(description="below /dev/input/by-id, ending in -event-kbd")


class VirtualScannerSettings(_ScannerSettings):
    """A serial scanner over a pseudo-terminal; with ``source`` it scans each text file dropped into that folder."""

    kind: Literal["virtual_serial"]
    source: Path | None = Field(default=None, description="a relative path is below the data directory")


CameraSettings = Annotated[UsbCameraSettings | PiCameraSettings | VirtualCameraSettings, Field(discriminator="kind")]
ScannerSettings = Annotated[
    SerialScannerSettings | EvdevScannerSettings | VirtualScannerSettings, Field(discriminator="kind")
]


class QrScanningSettings(PluginSettings):
    """``[plugin.qr_scanning]``."""

    cameras: tuple[CameraSettings, ...] = (UsbCameraSettings(kind="v4l2"),)
    scanners: tuple[ScannerSettings, ...] = ()
    symbologies: tuple[str, ...] = Field(
        default=LIVE_DEFAULT, description="what the cameras look for, by zxing-cpp's names"
    )
    release_seconds: float = Field(
        default=1.5, gt=0.0, le=60.0, description="a code out of view for longer counts anew"
    )
    guidance: bool = Field(default=True, description="hints on the citizen's screen: closer, hold still, more light")
    preview_viewers: int = Field(
        default=4, ge=0, le=32, description="live pictures served at once; each holds a thread"
    )
    preview_from_network: bool = Field(
        default=False, description="show the live picture to other machines too; it shows people's faces"
    )

    @field_validator("symbologies")
    @classmethod
    def _known(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        unknown = sorted(set(names) - set(KNOWN))
        if unknown or not names:
            names_known = ", ".join(KNOWN)
            raise Explained(
                f"không biết loại mã {', '.join(unknown)}; các loại: {names_known}"
                if unknown
                else f"cần ít nhất một loại mã: {names_known}",
                f"unknown: {', '.join(unknown) or 'none named'}; known are {names_known}",
            )
        return names

    @model_validator(mode="after")
    def _names_differ(self) -> QrScanningSettings:
        for devices in (self.cameras, self.scanners):
            names = [device.name for device in devices]
            if len(set(names)) < len(names):
                raise Explained(
                    f"hai thiết bị trùng tên; các tên ở đây: {', '.join(names)}",
                    f"two devices have the same name; names here are {', '.join(names)}",
                )
        return self
