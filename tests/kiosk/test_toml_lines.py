"""Where things stand in a TOML text: the line of a key and of a text in its value, and some line for any text."""

from __future__ import annotations

import tomllib
from contextlib import suppress
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.toml_lines import TomlLines

UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def test_lines_of_keys_and_texts() -> None:
    lines = TomlLines(
        '# c [x]\na = """\n[[no]]\nb = 1"""\n[t]\n"k.1" = [\n  "x", # "y"\n  \'z\',\n]\nd.e = { f = 1,\n g = "q" }\n'
        "[[l]]\nm = 1\n[l.n]\no = 2\n[[l]]\nm = 3\n[[l.p]]\nq = 4\n"
    )
    assert [lines.of(path) for path in ((), ("a",), ("b",), ("t",), ("t", "k.1"))] == [1, 2, 1, 5, 6]
    assert [lines.of_text(("t", "k.1"), number) for number in range(3)] == [7, 8, 6]
    assert lines.of(("t", "d", "e", "f")) == 10
    assert [lines.of(path) for path in (("l", 0, "m"), ("l", 0, "n", "o"), ("l", 1, "m"), ("l", 1, "p", 0, "q"))] == [
        13,
        15,
        17,
        19,
    ]


KEYS = st.sampled_from(["a", "b", "c", "d"])
VALUES = st.sampled_from(['"x"', "'''\n[[a]]\nb = 2'''", "1", "[\n 1,\n 2]", "true", '"""a\\"""\\\n  b = 1"""', "[]"])


@UNHURRIED
@given(st.lists(st.tuples(st.sampled_from(["k", "t", "l"]), KEYS, VALUES), max_size=25))
def test_the_line_of_a_key_is_the_line_where_it_was_written(parts: list[tuple[str, str, str]]) -> None:
    text, wanted, table, counts = "", {}, (), 0
    for what, key, value in parts:
        line = text.count("\n") + 1
        if what == "k":
            text += f"{key} = {value} # {key} = 0\n"
            wanted[(*table, key)] = line
        elif what == "t":
            text += f"[t{line}]\n"
            table = (f"t{line}",)
        else:
            text += "[[list]]\n"
            table, counts = ("list", counts), counts + 1
    document: Any = None
    with suppress(tomllib.TOMLDecodeError):  # a key written twice
        document = tomllib.loads(text)
    lines = TomlLines(text)
    if document is not None:
        assert {path: lines.of(path) for path in wanted} == wanted


@UNHURRIED
@given(st.text(alphabet="[]{}=.,\"'#\n ab\\", max_size=200))
def test_any_text_has_lines(text: str) -> None:
    lines = TomlLines(text)
    assert 1 <= lines.of(("a", 0, "b")) <= text.count("\n") + 1
    assert 1 <= lines.of_text(("a",), 3) <= text.count("\n") + 1
