"""QR scanning: cameras and scanners, watched and kept going, as sources of scans."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Blueprint

from hardware.supervise import Condition, Supervised
from hardware.virtual.scanner import ScanFolder, VirtualSerialScanner
from hardware.watchdog import Watchdog
from kiosk.domain import HealthCheck, Text
from kiosk.plugin import DecodedCode, PluginContext, ScanSource, hookimpl
from plugins.qr_scanning import health
from plugins.qr_scanning.camera_source import CameraSource
from plugins.qr_scanning.decode_command import decode_command
from plugins.qr_scanning.devices import make_camera, make_scanner
from plugins.qr_scanning.engine import FrameReaderOptions, decode_still, read_grey
from plugins.qr_scanning.guidance import Guidance
from plugins.qr_scanning.preview import Preview
from plugins.qr_scanning.scanner_source import ScannerSource
from plugins.qr_scanning.settings import QrScanningSettings, VirtualCameraSettings, VirtualScannerSettings
from plugins.qr_scanning.views import make_blueprint

if TYPE_CHECKING:
    import click

STILL_BUDGET = 1.2  # seconds for one uploaded image: a person waits, and a hook that overstays is suspended


class QrScanning:
    """Cameras and scanners of this site."""

    Settings = QrScanningSettings

    def __init__(self, context: PluginContext) -> None:
        settings: QrScanningSettings = context.settings
        self._context = context
        self.settings = settings
        self._guidance = Guidance(context.services.show)
        self.previews = {
            camera.name: Preview(viewers=settings.preview_viewers, mirror=camera.mirror_preview)
            for camera in settings.cameras
        }
        self.twins = self._make_twins()
        self.cameras = [self._camera_source(index) for index in range(len(settings.cameras))]
        self.scanners = [self._scanner_source(index) for index in range(len(settings.scanners))]
        self._feeders = self._make_feeders()
        self._watchdog = Watchdog(self._conditions)

    # --- devices that yield scans

    @hookimpl
    def scan_sources(self) -> Iterable[ScanSource]:
        return self._sources()

    @hookimpl
    def decode_image(self, image: bytes) -> Sequence[DecodedCode] | None:
        return decode_still(read_grey(image), budget_s=STILL_BUDGET)

    # --- pages and commands

    @hookimpl
    def camera_preview(self) -> str | None:
        return "/qr_scanning/preview.mjpg" if self.previews and self.settings.preview_viewers else None

    @hookimpl
    def blueprint(self) -> Blueprint:
        return make_blueprint(self.previews, from_network=self.settings.preview_from_network)

    @hookimpl
    def commands(self) -> Iterable[click.Command]:
        return [decode_command]

    # --- operation

    @hookimpl
    def health_checks(self) -> Iterable[HealthCheck]:
        checks = [health.check(source.condition(), self._camera_words(source)) for source in self.cameras]
        return checks + [health.check(source.condition(), self._scanner_words(source)) for source in self.scanners]

    @hookimpl
    def startup(self) -> None:
        for camera in self.settings.cameras:
            if isinstance(camera, VirtualCameraSettings) and camera.live and camera.source:
                (self._context.data_dir / camera.source).mkdir(parents=True, exist_ok=True)
        for twin in self.twins.values():
            twin.path.parent.mkdir(parents=True, exist_ok=True)
            twin.plug()
        for folder, feeder in self._feeders:
            folder.mkdir(parents=True, exist_ok=True)
            feeder.start()
        for preview in self.previews.values():
            preview.open()
        self._watchdog.start()

    @hookimpl
    def shutdown(self) -> None:
        self._watchdog.stop()
        for preview in self.previews.values():
            preview.close()
        for source in self._sources():
            source.stop()
        for _, feeder in self._feeders:
            feeder.stop(1.0)
        for twin in self.twins.values():
            twin.unplug()

    # --- building

    def _camera_source(self, index: int) -> CameraSource:
        settings = self.settings.cameras[index]
        name = settings.name
        return CameraSource(
            make_camera(settings, self._context.data_dir),
            FrameReaderOptions(symbologies=self.settings.symbologies, release_s=self.settings.release_seconds),
            on_frame=self.previews[name].offer,
            on_hint=(lambda hint, now: self._guidance.hint(name, hint, now))
            if self.settings.guidance
            else (lambda hint, now: None),
        )

    def _scanner_source(self, index: int) -> ScannerSource:
        settings = self.settings.scanners[index]
        path = self.twins[settings.name].path if isinstance(settings, VirtualScannerSettings) else settings.path
        return ScannerSource(make_scanner(settings, path))

    def _make_twins(self) -> dict[str, VirtualSerialScanner]:
        folder = self._context.data_dir / "devices"
        return {
            scanner.name: VirtualSerialScanner(folder / f"usb-virtual-{scanner.name}")
            for scanner in self.settings.scanners
            if isinstance(scanner, VirtualScannerSettings)
        }

    def _make_feeders(self) -> list[tuple[Path, Supervised]]:
        feeders = []
        for scanner in self.settings.scanners:
            if isinstance(scanner, VirtualScannerSettings) and scanner.source:
                folder = self._context.data_dir / scanner.source
                feeders.append((folder, _feeder(scanner.name, ScanFolder(folder, self.twins[scanner.name].scan))))
        return feeders

    # --- watching

    def _conditions(self) -> list[Condition]:
        return [source.condition() for source in self._sources()]

    def _sources(self) -> list[CameraSource | ScannerSource]:
        return [*self.cameras, *self.scanners]

    def _camera_words(self, source: CameraSource) -> Text | None:
        figures = source.figures
        if not figures.frames:
            return None
        words = f"{figures.size[0]}×{figures.size[1]}, {figures.fps:.0f}"
        return Text(f"{words} hình/giây", f"{words} frames/s")

    def _scanner_words(self, source: ScannerSource) -> Text | None:
        if not source.scanner.overlong:
            return None
        return Text("đã bỏ {n} mã quá dài", "{n} codes were too long and dropped").format(n=source.scanner.overlong)


def _feeder(name: str, folder: ScanFolder) -> Supervised:
    worker = Supervised(f"scan-folder:{name}", lambda stop: folder.work(stop, worker.beat))
    return worker
