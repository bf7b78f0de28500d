"""Under which names this appliance answers: a page elsewhere may let its own name point here (DNS rebinding), and would then
count as the same origin. Resolves no name and reads no file.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Iterable
from functools import lru_cache

LONGEST_NAME = 300  # characters; a DNS name has at most 253, a port 5
_HOST = re.compile(r"(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+)(?::[0-9]{1,5})?")


class KnownHosts:
    """The names and addresses that a request's ``Host`` may have; ports do not matter.

    Always known: this machine's loopback names and addresses, the address that is listened on, and the machine's own name, also
    with ``.local`` (mDNS). Where every address is listened on, any IP address is: nobody can let an address point elsewhere.
    """

    def __init__(self, bound: str, allowed: Iterable[str] = (), machine: str | None = None) -> None:
        own = (socket.gethostname() if machine is None else machine).lower()
        names = ("localhost", own, f"{own.partition('.')[0]}.local", bound, *allowed)
        self._names = {_plain(name) for name in names if name}
        address = _address(bound)
        self._any_address = bound == "" or (address is not None and address.is_unspecified)
        self._remembered = lru_cache(maxsize=64)(self._knows)  # the same few names, request after request

    def __contains__(self, host: str) -> bool:
        """``host``: the header's value. No host at all is let pass: no browser leaves it out."""
        return self._remembered(host) if len(host) <= LONGEST_NAME else False

    def _knows(self, host: str) -> bool:
        if host == "":
            return True
        match = _HOST.fullmatch(host)
        if match is None:
            return False
        name = _plain(match.group(1))
        address = _address(name)
        if address is not None and (self._any_address or address.is_loopback):
            return True
        return name in self._names


def is_this_machine(address: str | None) -> bool:
    """Whether a request's ``remote_addr`` is a loopback address: who asks is at this very device."""
    found = _address(address or "")
    mapped = getattr(found, "ipv4_mapped", None)
    return found is not None and (mapped or found).is_loopback


def _plain(name: str) -> str:
    """Lower case, no brackets, no final dot; an address in its shortest form."""
    name = name.strip("[]").lower().removesuffix(".")
    return str(_address(name) or name)


def _address(name: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(name)
    except ValueError:
        return None
