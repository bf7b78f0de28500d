"""One appliance's vaccination slice as its rooms see it: context, settings, actions, and the site's day. Serves no page."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, cast
from unicodedata import normalize
from zoneinfo import ZoneInfo

from config.vaccination import FOLDER
from kiosk.plugin import PluginContext
from kiosk.site_days import day_number, day_text
from plugins.vaccination.acting import Actions
from plugins.vaccination.nation.comparing import Comparing
from plugins.vaccination.observation.timing import Steps
from plugins.vaccination.rules.early import EarlyDoses, load_early
from plugins.vaccination.rules.priority import Priorities, load_priorities
from plugins.vaccination.rules.screening_packs import Pack, Packs, load_packs
from plugins.vaccination.rules.vaccine import Vaccines
from plugins.vaccination.rules.vaccines import load_vaccines
from plugins.vaccination.screening.consent_texts import ConsentTexts, load_consents
from plugins.vaccination.settings import VaccinationSettings

if TYPE_CHECKING:
    from kiosk.appliance import Appliance


class Site:
    """Handed to every room; holds no state of its own beyond what is loaded once."""

    def __init__(self, context: PluginContext) -> None:
        self.context = context
        self.settings: VaccinationSettings = context.settings
        self.actions = Actions(context)
        self.steps = Steps()

    @property
    def appliance(self) -> Appliance:
        """What the pages' frame needs."""
        return cast("Appliance", self.context.services)

    @property
    def is_platform(self) -> bool:
        return self.appliance.settings.role != "kiosk"

    @property
    def id(self) -> str:
        """The site's id, as its records have it."""
        return self.context.station.site

    def is_called(self, receiver: str) -> bool:
        """Whether this site is meant: by its id, or by its name as people write it, since a sender may know no id."""
        names = (self.id, self.context.station.site_name)
        return _folded(receiver) in [_folded(one) for one in names if one.strip()]

    @property
    def rules(self) -> Path:
        """The folder of rule data: the shipped one unless the profile names another."""
        return Path(self.settings.rules) if self.settings.rules else FOLDER

    @cached_property
    def priorities(self) -> Priorities:
        """The lists of priority groups, read once. Raises ``kiosk.toml_file.FileError``."""
        return load_priorities(self.rules)

    @cached_property
    def vaccines(self) -> Vaccines:
        """The vaccines' data files, read once. Raises ``kiosk.toml_file.FileError``."""
        return load_vaccines(self.rules)

    @cached_property
    def packs(self) -> Packs:
        """The screening packs, read once. Raises ``kiosk.toml_file.FileError``."""
        return load_packs(self.rules / "screening")

    def pack_today(self) -> Pack | None:
        """The screening pack in force on the site's day."""
        return self.packs.pack_as_of(date.fromisoformat(self.today_text()))

    @cached_property
    def consents(self) -> ConsentTexts:
        """What people consent to, read once. Raises ``kiosk.toml_file.FileError``."""
        return load_consents(self.rules)

    @cached_property
    def comparing(self) -> Comparing:
        """The rules by which doses of several sites are held against each other."""
        return Comparing(self.vaccines)

    @cached_property
    def early(self) -> EarlyDoses:
        """Who may be given a dose some days early. Raises ``kiosk.toml_file.FileError``."""
        return load_early(self.vaccines, self.rules)

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.context.time_zone)

    def now_ms(self) -> int:
        return int(self.context.clock.now().timestamp() * 1000)

    def today(self) -> int:
        """``yyyymmdd`` here and now."""
        return day_number(self.now_ms(), self.context.time_zone)

    def today_text(self) -> str:
        """The same in ISO 8601."""
        return day_text(self.context.clock.now(), self.context.time_zone)


def _folded(name: str) -> str:
    return " ".join(normalize("NFC", name).casefold().split())
