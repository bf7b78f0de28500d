"""What every page of the form has: words, language, whose site, and whether it stands on a kiosk's own screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from flask import request

from kiosk.domain import Text
from kiosk.plugin import PluginContext
from kiosk.web.hosts import is_this_machine
from kiosk.web.screen_words import words_in_both_languages
from kiosk.web.staff_language import language
from plugins.declaration.form_fields import STEP_TITLES
from plugins.declaration.form_words import PAGE, PASS_PAGE
from plugins.declaration.records import Declared

if TYPE_CHECKING:
    from kiosk.appliance import Appliance

KEYBOARD_WORDS = (
    "keyboard", "shift", "erase", "back", "space", "question_next", "telex_hint", "text_left",
    "tone_acute", "tone_grave", "tone_hook", "tone_tilde", "tone_dot", "more_time_title", "more_time_text",
    "more_time_yes", "more_time_no", "more_time_seconds",
)  # fmt: skip


class Frame:
    """One appliance's."""

    def __init__(self, context: PluginContext) -> None:
        self._context = context
        self._core = cast("Appliance", context.services).settings

    def at_kiosk(self) -> bool:
        """Whether the request comes from the kiosk's own screen, where a stranger stands next."""
        return self._core.role == "kiosk" and is_this_machine(request.remote_addr)

    def values(self) -> dict[str, Any]:
        chosen = language()
        kiosk = self.at_kiosk()
        spoken = words_in_both_languages()[chosen] if kiosk else {}

        def say(text: Text | str, **more: object) -> str:
            found = PAGE.get(text, PASS_PAGE.get(text)) if isinstance(text, str) else text
            assert found is not None, text
            return (found.format(**more) if more else found).in_language(chosen)

        return {
            "language": chosen,
            "other": "vi" if chosen == "en" else "en",
            "site_name": self._context.station.site_name,
            "say": say,
            "step_titles": STEP_TITLES,
            "at_kiosk": kiosk,
            "idle_seconds": self._core.limits.idle_reset_seconds,
            "keyboard_words": {name: spoken[name] for name in KEYBOARD_WORDS} if kiosk else {},
            "retention_days": Declared.retention_days,
        }
