"""The virtual machine's disks: a Debian made by debootstrap, the product's environment in it, and this checkout's source.

Downloads Debian packages and what ``make setup`` downloads, once; what was made is kept in ``.machine`` beside the source.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SUITE = "trixie"
MIRROR = os.environ.get("KIOSK_MACHINE_MIRROR", "http://deb.debian.org/debian")
# the four that the README asks for, a kernel with what boots it, the agent that tests speak to, and the printers' libusb
PACKAGES = "git,make,python3,python3-venv,linux-image-amd64,systemd-sysv,udev,kmod,qemu-guest-agent,ca-certificates,iproute2,libusb-1.0-0"
TOOLS = ("qemu-system-x86_64", "qemu-img", "debootstrap", "mke2fs")
MODULES = "virtio_pci\nvirtio_blk\next4\n"  # all that the first step needs: an emulated processor is long about unpacking more
INIT = Path(__file__).with_name("inside") / "init"
FSTAB = "/dev/vda / ext4 errors=remount-ro 0 1\nLABEL=source /opt/kiosk/current ext4 ro,nofail 0 0\n"
NETWORK = "[Match]\nName=eth0\n[Network]\nDHCP=yes\n"


def missing() -> str:
    """What keeps a machine from being made here, in words; empty where nothing does."""
    lacking = [tool for tool in TOOLS if shutil.which(tool) is None and not Path("/usr/sbin", tool).exists()]
    if lacking:
        return (
            f"not here: {', '.join(lacking)} (Debian: apt-get install qemu-system-x86 qemu-utils debootstrap e2fsprogs)"
        )
    if os.geteuid() != 0:
        return "debootstrap needs root to make the virtual machine's disk"
    return ""


@dataclass(frozen=True)
class Image:
    """``fresh``: Debian alone. ``ready``: with the product's environment in /opt/kiosk/venv. Both are ext4 and never written to."""

    kernel: Path
    initrd: Path
    fresh: Path
    ready: Path
    root: Path

    def source(self, into: Path) -> Path:
        """This checkout's files, as they are now, on a disk of their own; compiled, as an installation is."""
        tree = Path(tempfile.mkdtemp(dir=self.root / "opt"))  # of its own: two runs may share the Debian
        tree.chmod(0o755)
        _copy_source(tree)
        (tree / "venv").symlink_to("/opt/kiosk/venv")  # where an installation has it
        here = f"/opt/{tree.name}"
        _run(
            "chroot", str(self.root), "python3", "-m", "compileall", "-q", "-s", here, "-p", "/opt/kiosk/current", here
        )
        disk = into / "source.ext4"
        _disk(disk, tree, "300M", "source")
        shutil.rmtree(tree)
        return disk


def folder() -> Path:
    """Where disks are kept; some gigabytes."""
    return Path(os.environ.get("KIOSK_MACHINE_CACHE", ROOT / ".machine"))


def image() -> Image:
    """The disks, made where they are not there yet. Raises ``subprocess.CalledProcessError`` with what went wrong on stderr."""
    root = _debian()
    fresh = root.with_suffix(".ext4")
    if not fresh.exists():
        _disk(fresh, root, "6G", "root")
    wanted = hashlib.sha256((ROOT / "setup.cfg").read_bytes())
    ready = root.with_name(f"{root.name}-{wanted.hexdigest()[:12]}.ext4")
    if not ready.exists():
        _environment(root)
        _disk(ready, root, "6G", "root")
        shutil.rmtree(root / "opt/kiosk")
    boot = root / "boot"
    return Image(next(boot.glob("vmlinuz-*")), next(boot.glob("initrd.img-*")), fresh, ready, root)


def empty_disk(path: Path, label: str) -> None:
    """A small ext4 with nothing on it."""
    _run("mke2fs", "-q", "-t", "ext4", "-L", label, str(path), "256M")


def _debian() -> Path:
    kind = hashlib.sha256("".join((PACKAGES, MODULES, FSTAB, NETWORK)).encode() + INIT.read_bytes())
    name = f"{SUITE}-{kind.hexdigest()[:12]}"
    root = folder() / name
    if not root.exists():
        unfinished = root.with_name(f"{name}.unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(parents=True)
        _run("debootstrap", "--variant=minbase", f"--include={PACKAGES}", SUITE, str(unfinished), MIRROR)
        _configure(unfinished)
        unfinished.rename(root)
    return root


def _configure(root: Path) -> None:
    """Names, disks, the network that QEMU gives, and the certificate authorities that this computer was told to believe."""
    (root / "etc/fstab").write_text(FSTAB)
    (root / "etc/hostname").write_text("kiosk\n")
    (root / "etc/hosts").write_text("127.0.0.1 localhost kiosk\n")
    (root / "etc/systemd/network/10-eth0.network").write_text(NETWORK)
    (root / "etc/resolv.conf").write_text("nameserver 10.0.2.3\n")
    for own in Path("/usr/local/share/ca-certificates").glob("*.crt"):
        shutil.copy(own, root / "usr/local/share/ca-certificates")
    _run("chroot", str(root), "update-ca-certificates")
    _run("chroot", str(root), "systemctl", "enable", "systemd-networkd")
    shutil.copy(INIT, root / "usr/sbin/machine-init")
    (root / "etc/initramfs-tools/conf.d/machine").write_text("MODULES=list\n")
    (root / "etc/initramfs-tools/modules").write_text(MODULES)
    _run("chroot", str(root), "update-initramfs", "-u")


def _environment(root: Path) -> None:
    """What the technician's guide says: a virtual environment with the product, installed from its folder."""
    shutil.rmtree(root / "opt/kiosk", ignore_errors=True)
    _copy_source(root / "opt/kiosk/current")
    names = (root / "etc/resolv.conf").read_text()
    shutil.copy("/etc/resolv.conf", root / "etc/resolv.conf")  # for as long as it runs in this computer's network
    try:
        _run("chroot", str(root), "python3", "-m", "venv", "/opt/kiosk/venv")
        pip = ("/opt/kiosk/venv/bin/pip", "install", "--quiet", "--no-cache-dir")
        _run("chroot", str(root), *pip, "--editable", "/opt/kiosk/current[platform]")
    finally:
        (root / "etc/resolv.conf").write_text(names)
    shutil.rmtree(root / "opt/kiosk/current")
    (root / "opt/kiosk/current").mkdir()  # the source's disk is mounted here


def _copy_source(into: Path) -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    for name in listed.stdout.decode().split("\0"):
        if name and (ROOT / name).is_file():
            (into / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, into / name)


def _disk(path: Path, tree: Path, size: str, label: str) -> None:
    unfinished = path.with_suffix(".unfinished")
    unfinished.unlink(missing_ok=True)
    _run("mke2fs", "-q", "-t", "ext4", "-L", label, "-d", str(tree), str(unfinished), size)
    unfinished.rename(path)


def _run(*command: str) -> None:
    path = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"
    home = {"PATH": path, "LC_ALL": "C.UTF-8", "HOME": "/root", "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(command, check=True, env=home, stdin=subprocess.DEVNULL)


if __name__ == "__main__":
    print(missing() or image())
