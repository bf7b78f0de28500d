"""A site's TOML profile becomes checked settings.

Errors name the file, the line, the key, what was expected and what was there, in Vietnamese and English.
"""

from __future__ import annotations

import ipaddress
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from kiosk.domain import Text
from kiosk.explained import Explained
from kiosk.settings.mistakes import Mistake, ProfileError, mistakes
from kiosk.settings.words import not_toml
from kiosk.toml_lines import TomlLines

HOST_NAME = r"^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$|^[0-9a-fA-F:]+$"  # a name or an address; no scheme, no port
PROFILES = Path(__file__).resolve().parent.parent.parent / "config" / "profiles"


LONGEST_HOOK_SECONDS = 30.0


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SiteSettings(_Section):
    """``[site]``: where the appliance stands."""

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{1,39}$", description="stable id of the site, as the platform knows it")
    name: str = Field(min_length=1, max_length=80)
    province: str = Field(
        default="",
        pattern=r"^(\d{2,3})?$",
        description="statistics-office code: two digits, or three as in the ID number (79 or 079)",
    )
    lane: str = Field(default="1", max_length=8)
    direction: Literal["in", "out"] = "in"
    language: Literal["vi", "en"] = "vi"
    time_zone: str = "Asia/Ho_Chi_Minh"
    name_masking: Literal["initials", "family", "full"] = Field(
        default="initials", description="how a citizen's name shows on screen, paper and platform"
    )
    clock_set_by_hand: bool = Field(
        default=False,
        description="this computer keeps time by itself and somebody sets it: believe its clock though nothing synchronises it",
    )

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ValueError, OSError, ZoneInfoNotFoundError):
            raise Explained(
                "cần tên múi giờ như Asia/Ho_Chi_Minh", "expected a time zone such as Asia/Ho_Chi_Minh"
            ) from None
        return value


class ServerSettings(_Section):
    """``[server]``: the web server."""

    host: str = "127.0.0.1"
    port: int = Field(default=8080, ge=0, le=65535)
    threads: int = Field(default=32, ge=4, le=256)
    behind_tls: bool = Field(default=False, description="set where a proxy serves https: cookies are then https only")
    trusted_proxy: str = Field(
        default="127.0.0.1",
        description="that proxy's address: its X-Forwarded-For, -Proto and -Host are believed, nobody else's",
    )
    allowed_hosts: list[Annotated[str, Field(pattern=HOST_NAME)]] = Field(
        default=[], description="more names under which it may be opened, besides this machine's own"
    )

    screen_from_network: bool = Field(
        default=False, description="another device may be the citizen's screen; else that is this device's alone"
    )

    @model_validator(mode="after")
    def _names_before_a_proxy(self) -> ServerSettings:
        if self.behind_tls and not self.allowed_hosts:
            raise Explained(
                'behind_tls cần cả allowed_hosts: các tên của máy chủ https đó, như ["platform.example"]',
                'behind_tls needs allowed_hosts too: the proxy\'s names, such as ["platform.example"]',
            )
        return self

    @field_validator("trusted_proxy")
    @classmethod
    def _one_address(cls, value: str) -> str:
        try:
            return str(ipaddress.ip_address(value))
        except ValueError:
            raise Explained(
                "cần địa chỉ IP của một máy, như 127.0.0.1", "expected the IP address of one machine, such as 127.0.0.1"
            ) from None


class JournalSettings(_Section):
    """``[journal]``: where records go."""

    database: str = Field(default="", description="postgresql://… ; empty: SQLite in the data directory")
    retention_days: int = Field(
        default=90,
        ge=1,
        description="bodies that the platform has acknowledged are erased this long after they happened",
    )


class LimitSettings(_Section):
    """``[limits]``: how long things may take, in seconds."""

    hook_seconds: float = Field(
        default=2.0,
        gt=0,
        le=LONGEST_HOOK_SECONDS,
        description="a plugin that takes longer is suspended; on a platform the default is the most",
    )
    open_seconds: float = Field(
        default=60.0,
        gt=0,
        le=100,
        description="at the start; the out-of-service page is shown when the card takes longer",
    )
    idle_reset_seconds: int = Field(default=30, ge=10, le=300)
    late_ticket_minutes: int = Field(
        default=5,
        ge=0,
        le=120,
        description="after a restart tickets that were not out are printed when not older than this",
    )
    payload_bytes: int = Field(default=16_384, ge=512, le=1_048_576)
    delegation_days: int = Field(
        default=30, ge=2, le=366, description="platform: a device may sign codes so many days without word from it"
    )
    staff_idle_minutes: int = Field(default=15, ge=1, le=240, description="then staff must enter their PIN again")


class CoreSettings(_Section):
    """Everything but the plugins' sections."""

    role: Literal["kiosk", "platform"] = "kiosk"
    site: SiteSettings
    server: ServerSettings = ServerSettings()
    journal: JournalSettings = JournalSettings()
    limits: LimitSettings = LimitSettings()
    plugins: list[str] = Field(description="names, in the order they are asked")

    @model_validator(mode="before")
    @classmethod
    def _patience_of_a_platform(cls, data: Any) -> Any:
        """A platform folds thousands of records in one call, perhaps while its database has much else to do, and nobody stands before
        it; a plugin that is suspended there leaves its tables behind until a restart."""
        if isinstance(data, dict) and data.get("role") == "platform" and isinstance(data.get("limits", {}), dict):
            return {**data, "limits": {"hook_seconds": LONGEST_HOOK_SECONDS, **data.get("limits", {})}}
        return data


class Profile(BaseModel):
    """A read profile: the core's settings, and the raw section of each named plugin."""

    model_config = ConfigDict(frozen=True)

    path: Path
    core: CoreSettings
    sections: dict[str, dict[str, Any]]


def find_profile(name_or_path: str) -> Path:
    """A shipped profile by name, or a file by path. Raises ``ProfileError`` naming the shipped ones."""
    path = Path(name_or_path)
    if path.suffix == ".toml" or path.is_file():
        if path.is_file():
            return path
        raise ProfileError([Mistake(str(path), 0, "", Text("không có tệp này", "no such file"))])
    shipped = PROFILES / f"{name_or_path}.toml"
    if shipped.is_file():
        return shipped
    names = ", ".join(sorted(item.stem for item in PROFILES.glob("*.toml")))
    unknown = Text(
        f"không có hồ sơ nào tên như vậy; hồ sơ có sẵn: {names}. Cũng có thể cho đường dẫn kết thúc bằng .toml",
        f"no profile is called so; shipped are: {names}. A path ending in .toml works too",
    )
    raise ProfileError([Mistake(repr(name_or_path), 0, "", unknown)])


def read_profile(path: Path) -> Profile:
    """Parse and check all but the plugins' own sections (``check_section`` does those, when the plugin is known)."""
    text = _read(path)
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message, _, place = str(error).partition(" (at line ")
        line = int(place.split(",")[0]) if place[:1].isdigit() else text.count("\n") + 1
        raise ProfileError([Mistake(str(path), line, "", not_toml(message))]) from None
    except (ValueError, RecursionError):  # tomllib lets some through, of impossible dates and deep brackets
        raise ProfileError([Mistake(str(path), 0, "", not_toml(""))]) from None
    sections = raw.pop("plugin", {})
    try:
        core = CoreSettings.model_validate(raw)
    except ValidationError as error:
        raise ProfileError(mistakes(path, (), error, CoreSettings, raw)) from None
    problems = _wrong_sections(path, TomlLines(text), core.plugins, sections)
    if problems:
        raise ProfileError(problems)
    return Profile(path=path, core=core, sections=sections)


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError:
        unreadable = Text("không phải UTF-8: hãy lưu tệp dạng UTF-8", "not UTF-8: save the file as UTF-8")
    except OSError as error:
        unreadable = Text(f"không đọc được ({error.strerror})", f"cannot be read ({error.strerror})")
    raise ProfileError([Mistake(str(path), 0, "", unreadable)])


def _wrong_sections(path: Path, lines: TomlLines, plugins: list[str], sections: Any) -> list[Mistake]:
    if not isinstance(sections, dict):
        need = Text("cần các bảng như [plugin.citizen_id]", "expected tables such as [plugin.citizen_id]")
        return [Mistake(str(path), lines.of(("plugin",)), "plugin", need)]
    found = []
    for name, section in sections.items():
        key, line = f"plugin.{name}", lines.of(("plugin", name))
        if not isinstance(section, dict):
            need = Text(
                f"cần một bảng [plugin.{name}], đang là {section!r}",
                f"expected a table [plugin.{name}], found {section!r}",
            )
            found.append(Mistake(str(path), line, key, need))
        if name not in plugins:
            unused = Text(
                f"cấu hình cho phần mở rộng không có trong 'plugins'; thêm {name!r} vào đó hoặc bỏ mục này",
                f"settings for a plugin that is not in 'plugins'; add {name!r} there or remove the section",
            )
            found.append(Mistake(str(path), line, key, unused))
    for name in sorted({name for name in plugins if plugins.count(name) > 1}):
        twice = Text(f"{name!r} được nêu nhiều lần", f"{name!r} is named more than once")
        found.append(Mistake(str(path), lines.of(("plugins",)), "plugins", twice))
    return found


def plugin_sections(path: Path) -> dict[str, dict[str, Any]]:
    """The plugins' sections of a file, whatever else is wrong with it; empty where they cannot be read."""
    try:
        sections = tomllib.loads(path.read_text("utf-8")).get("plugin", {})
    except (OSError, ValueError, RecursionError):
        return {}
    if not isinstance(sections, dict):
        return {}
    return {name: section for name, section in sections.items() if isinstance(section, dict)}


def check_section(path: Path, plugin: str, model: type[BaseModel], section: Mapping[str, Any]) -> BaseModel:
    """One plugin's section, checked by its own model. Raises ``ProfileError``."""
    try:
        return model.model_validate(dict(section))
    except ValidationError as error:
        raise ProfileError(mistakes(path, ("plugin", plugin), error, model, section)) from None
