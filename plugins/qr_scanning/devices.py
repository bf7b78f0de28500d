"""From settings to devices of the hardware room. Constructs them and nothing more: opening is the sources' work."""

from __future__ import annotations

from pathlib import Path

from hardware.cameras.base import Camera
from hardware.cameras.picamera2 import PiCamera
from hardware.cameras.v4l2 import V4l2Camera
from hardware.scanners.base import Scanner
from hardware.scanners.evdev_keyboard import EvdevScanner
from hardware.scanners.serial_port import SerialScanner
from hardware.virtual.camera import VirtualCamera
from plugins.qr_scanning.settings import (
    CameraSettings,
    EvdevScannerSettings,
    PiCameraSettings,
    SerialScannerSettings,
    UsbCameraSettings,
    VirtualScannerSettings,
)


def make_camera(settings: CameraSettings, data_dir: Path) -> Camera:
    """The camera that ``settings`` describe; relative paths of virtual ones are below ``data_dir``."""
    size = (settings.width, settings.height)
    if isinstance(settings, UsbCameraSettings):
        return V4l2Camera(settings.name, settings.path, size=size, fps=settings.fps)
    if isinstance(settings, PiCameraSettings):
        return PiCamera(settings.name, settings.index, size=size, fps=settings.fps)
    return VirtualCamera(
        settings.name,
        None if settings.source is None else data_dir / settings.source,
        live=settings.live,
        size=size,
        fps=settings.fps,
        seconds_per_picture=settings.seconds_per_picture,
        noise=settings.noise,
    )


def make_scanner(
    settings: SerialScannerSettings | EvdevScannerSettings | VirtualScannerSettings, path: Path
) -> Scanner:
    """The scanner that ``settings`` describe, at ``path`` (a virtual one's path is its twin's)."""
    if isinstance(settings, EvdevScannerSettings):
        return EvdevScanner(settings.name, path, gap=settings.silence)
    baud = settings.baud if isinstance(settings, SerialScannerSettings) else 115_200
    return SerialScanner(settings.name, path, baud=baud, gap=settings.silence)
