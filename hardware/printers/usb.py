"""USB printers, through pyusb. Linux; the user needs write access to the device (a udev rule).

Not through python-escpos's ``Usb``: it assumes fixed end points, resets the printer at each opening, and has no
time-out for reading.
"""

from __future__ import annotations

import contextlib
import errno
from collections.abc import Callable
from typing import Any

from hardware.printers.escpos_printer import PrinterUnreachableError

PRINTER_CLASS = 7  # USB class code, "Universal Serial Bus Device Class Definition for Printing Devices"


def _find_with_pyusb(**arguments: Any) -> Any:
    import usb.core  # here, because it needs the system's libusb, which only USB printers need

    return usb.core.find(**arguments)


class UsbConnection:
    """A claimed printer interface. Raises ``PrinterUnreachableError``: ``busy``, or ``offline`` with the reason.

    ``vendor`` and ``product`` None: the first device with an interface of the printer class.
    """

    def __init__(
        self,
        vendor: int | None = None,
        product: int | None = None,
        find: Callable[..., Any] = _find_with_pyusb,
    ) -> None:
        import usb.core
        import usb.util

        self._util = usb.util
        self._error = usb.core.USBError
        self._timeout_error = getattr(usb.core, "USBTimeoutError", usb.core.USBError)
        try:
            self._device = self._search(find, vendor, product)
            if self._device is None:
                raise PrinterUnreachableError("offline", "no USB printer is plugged in")
            self._claim()
        except usb.core.NoBackendError as error:
            raise PrinterUnreachableError("offline", "libusb is not installed (Debian: libusb-1.0-0)") from error
        except usb.core.USBError as error:
            raise self._unreachable(error) from error

    def _search(self, find: Callable[..., Any], vendor: int | None, product: int | None) -> Any:
        wanted = {key: value for key, value in (("idVendor", vendor), ("idProduct", product)) if value is not None}
        return find(custom_match=lambda device: self._printer_interface(device) is not None, **wanted)

    def _printer_interface(self, device: Any) -> Any:
        try:
            for configuration in device:
                for interface in configuration:
                    if interface.bInterfaceClass == PRINTER_CLASS:
                        return interface
        except self._error:
            return None  # unplugged while we looked
        return None

    def _claim(self) -> None:
        interface = self._printer_interface(self._device)
        if interface is None:
            raise PrinterUnreachableError("offline", "the USB printer was unplugged")
        self._number = interface.bInterfaceNumber
        with contextlib.suppress(NotImplementedError):
            if self._device.is_kernel_driver_active(self._number):
                self._device.detach_kernel_driver(self._number)
        self._util.claim_interface(self._device, self._number)
        self._out = self._end_point(interface, self._util.ENDPOINT_OUT)
        self._in = self._end_point(interface, self._util.ENDPOINT_IN)
        if self._out is None:
            raise PrinterUnreachableError("offline", "the USB printer has no end point to write to")

    def _end_point(self, interface: Any, direction: int) -> Any:
        return next(
            (found for found in interface if self._util.endpoint_direction(found.bEndpointAddress) == direction), None
        )

    def write(self, data: bytes, timeout: float) -> int:
        """Send some of ``data``."""
        try:
            return int(self._device.write(self._out.bEndpointAddress, data, round(timeout * 1000)))
        except self._timeout_error as error:
            raise PrinterUnreachableError("timeout", "the printer stopped taking bytes") from error
        except self._error as error:
            raise self._unreachable(error) from error

    def read(self, timeout: float) -> bytes:
        """What comes within ``timeout`` seconds."""
        if self._in is None:
            return b""
        try:
            # at least a few milliseconds: zero means "for ever" to libusb
            return bytes(self._device.read(self._in.bEndpointAddress, 64, max(round(timeout * 1000), 5)))
        except self._timeout_error:
            return b""
        except self._error as error:
            raise self._unreachable(error) from error

    def close(self, discard: bool) -> None:
        """Give the interface back. What was written, the printer has."""
        with contextlib.suppress(self._error):
            self._util.release_interface(self._device, self._number)
        with contextlib.suppress(self._error):
            self._util.dispose_resources(self._device)

    def _unreachable(self, error: Any) -> PrinterUnreachableError:
        if error.errno == errno.EBUSY:
            return PrinterUnreachableError("busy", "another program uses the USB printer")
        if error.errno == errno.EACCES:
            return PrinterUnreachableError("offline", "no permission for the USB printer: install the udev rule")
        return PrinterUnreachableError("offline", f"USB: {error.strerror or error}")
