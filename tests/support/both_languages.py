"""Whether words for people are there in both languages. Judges no translation."""

from __future__ import annotations

import re

from kiosk.domain import Text

_VIETNAMESE = re.compile(r"[àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ]", re.IGNORECASE)
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"|“[^”]*”|«[^»]*»")


def assert_both_languages(text: Text) -> None:
    """What stands in quotation marks is the file's own, and may be in any language."""
    assert _VIETNAMESE.search(_QUOTED.sub("", text.vi)), text
    assert not _VIETNAMESE.search(_QUOTED.sub("", text.en)), text
