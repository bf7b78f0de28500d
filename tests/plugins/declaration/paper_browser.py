"""A browser without scripts: reads a page's form and sends it as one would. Knows nothing of the form's rules."""

from __future__ import annotations

import io
import re
from html.parser import HTMLParser
from typing import Any

from flask.testing import FlaskClient


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[dict[str, Any]] = []
        self._select = ""
        self._first = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append({"action": given.get("action", ""), "values": {}, "buttons": []})
        if not self.forms:
            return
        form = self.forms[-1]
        name = given.get("name", "")
        if tag == "input" and given.get("type") in ("radio", "checkbox"):
            if "checked" in given:
                form["values"].setdefault(name, []).append(given["value"])
        elif tag == "input" and given.get("type") != "file":
            form["values"].setdefault(name, []).append(given.get("value", ""))
        elif tag == "button" and name:
            form["buttons"].append((name, given.get("value", "")))
        elif tag == "select":
            self._select, self._first = name, ""
            form["values"][name] = [""]
        elif tag == "option" and "selected" in given:
            form["values"][self._select] = [given["value"]]


class PaperBrowser:
    """One tab."""

    def __init__(self, client: FlaskClient) -> None:
        self._client = client
        self.answer: Any = None

    def open(self, path: str) -> PaperBrowser:
        return self._take(self._client.get(path))

    def _take(self, answer: Any) -> PaperBrowser:
        while answer.status_code in (302, 303):
            self.path = answer.headers["Location"]
            answer = self._client.get(self.path)
        self.answer = answer
        reader = _Reader()
        reader.feed(answer.text)
        self.forms = reader.forms
        return self

    @property
    def values(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = self.forms[0]["values"]
        return found

    def fill(self, **values: Any) -> PaperBrowser:
        for name, value in values.items():
            self.values[name] = list(value) if isinstance(value, list | tuple) else [str(value)]
        return self

    def press(self, value: str = "next", picture: bytes | None = None) -> PaperBrowser:
        form = self.forms[0]
        assert ("go", value) in form["buttons"], f"there is no button {value!r}: {form['buttons']}"
        data: dict[str, Any] = {**form["values"], "go": value}
        if picture is not None:
            data["card_picture"] = (io.BytesIO(picture), "card.jpg")
        return self._take(self._client.post(form["action"], data=data, content_type="multipart/form-data"))

    def send(self, part: str) -> PaperBrowser:
        """Send the form whose address ends with ``part``."""
        form = next(form for form in self.forms if form["action"].endswith(part))
        return self._take(self._client.post(form["action"], data=form["values"]))

    def errors(self) -> list[str]:
        return re.findall(r'class="field-error" id="([^"]+)-error"', self.answer.text)

    def step(self) -> str:
        return str(self.values["step"][0])

    def says(self, words: str) -> bool:
        return words in self.answer.text
