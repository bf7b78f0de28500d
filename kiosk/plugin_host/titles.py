"""What a plugin calls itself, read from its source. Imports none."""

from __future__ import annotations

import ast
import importlib.util
from pathlib import Path


def title_without_import(module: str) -> str:
    """The first line of a module's docstring, read from its source: a broken plugin must still have a name."""
    top = module.partition(".")[0]
    found = importlib.util.find_spec(top)
    if not found or not found.submodule_search_locations:
        path = Path(found.origin) if found and found.origin else None
        candidates = [path] if path else []
    else:
        rest = module.split(".")[1:]
        base = Path(next(iter(found.submodule_search_locations))).joinpath(*rest)
        candidates = [base / "__init__.py", base.with_suffix(".py")]
    for candidate in candidates:
        if candidate and candidate.is_file():
            try:
                words = ast.get_docstring(ast.parse(candidate.read_text("utf-8"))) or ""
            except (SyntaxError, UnicodeDecodeError):
                return "cannot be read"
            return words.partition("\n")[0]
    return ""
