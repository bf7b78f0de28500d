"""The plugin's section of the profile: which printer, how wide, how text is sent, what stands above and below."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from kiosk.plugin import PluginSettings

Mode = Literal["raster", "glyph", "text"]


class _Printer(BaseModel):
    """What all printers share. The three switches are set after a test print."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    answers_status: bool = True  # false for one-way cables and printers that say nothing
    confirms_end: bool = False  # the printer answers GS r in its turn
    native_qr: bool = False  # the printer draws QR codes itself
    profile: str = "default"  # text mode only: a printer of python-escpos's list, for its code pages


class VirtualPrinterSettings(_Printer):
    """The drawn printer. Port 0 takes any free one."""

    kind: Literal["virtual"]
    port: int = Field(0, ge=0, le=65535)


class NetworkPrinterSettings(_Printer):
    kind: Literal["network"]
    host: str = Field(min_length=1)
    port: int = Field(9100, ge=1, le=65535)


class UsbPrinterSettings(_Printer):
    """Vendor and product as in ``lsusb``; without them the first device that calls itself a printer."""

    kind: Literal["usb"]
    vendor: int | None = Field(None, ge=0, le=0xFFFF)
    product: int | None = Field(None, ge=0, le=0xFFFF)


class SerialPrinterSettings(_Printer):
    kind: Literal["serial"]
    device: str = Field(min_length=1)
    baud: int = Field(9600, ge=1200, le=921600)
    flow: Literal["none", "xonxoff", "rtscts", "dsrdtr"] = "none"


class FilePrinterSettings(_Printer):
    """A device node such as ``/dev/usb/lp0``, or a plain file for trying out."""

    kind: Literal["file"]
    path: Path


class NoPrinterSettings(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Literal["none"]


PrinterSettings = Annotated[
    VirtualPrinterSettings
    | NetworkPrinterSettings
    | UsbPrinterSettings
    | SerialPrinterSettings
    | FilePrinterSettings
    | NoPrinterSettings,
    Field(discriminator="kind"),
]


class Settings(PluginSettings):
    """``width`` in millimetres. Lines of ``header`` and ``footer`` are printed as they stand, in every language."""

    printer: PrinterSettings = NoPrinterSettings(kind="none")
    width: Literal[58, 80] = 58
    mode: Mode = "raster"
    logo: Path | None = None
    header: tuple[str, ...] = ()
    footer: tuple[str, ...] = ()
    check_every: float = Field(30.0, ge=1.0, le=3600.0)  # seconds between looks at the printer
    keep_papers: int = Field(200, ge=1, le=10000)  # of the virtual printer
