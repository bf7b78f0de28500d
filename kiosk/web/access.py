"""Who is signed in, and what they may open: for the core's staff pages and for plugins' pages alike.

A plugin's view says ``@require_role("officer")``, asks ``current_operator()``, and records with ``note_access(…)`` that personal data
was shown. Routes below ``/api/`` and ``/<plugin>/api/`` carry no cookie: nobody is signed in there, and they need no CSRF token;
every other POST needs one (``<input name="csrf_token" value="{{ csrf_token() }}">``, or the header ``X-CSRFToken``).
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Sequence
from typing import ParamSpec
from urllib.parse import urlsplit

from flask import Flask, abort, current_app, flash, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFProtect  # type: ignore[import-untyped]

from kiosk.appliance import Appliance
from kiosk.operators.register import Operator, Role
from kiosk.operators.sign_in import Attempt, SignIn
from kiosk.web import errors

P = ParamSpec("P")

EXTENSION = "kiosk_access"
TOKEN = "staff"  # noqa: S105 - the name of a field in the session cookie
NO_COOKIE = re.compile(r"/(?:[a-z0-9_]+/)?api/")
NO_COOKIE_ENDPOINTS = frozenset({"screen.forget", "screen.language"})
POLL_HEADER = "X-Kiosk-Poll"  # a page that asks by itself sends it: nobody is at work just because a page is open


def init_app(app: Flask, appliance: Appliance) -> SignIn:
    """Set up sessions and CSRF protection for the app of one appliance."""
    sign_in = SignIn(appliance)
    app.extensions[EXTENSION] = sign_in
    app.config.update(
        WTF_CSRF_CHECK_DEFAULT=False,  # done below, where it is known which routes carry no cookie
        WTF_CSRF_TIME_LIMIT=None,  # a token lives as long as its session
        WTF_CSRF_SSL_STRICT=False,  # every request's Origin is checked already
    )
    csrf = CSRFProtect(app)

    @app.before_request
    def refuse_forged_forms() -> None:
        if request.endpoint and not carries_no_cookie():
            csrf.protect()

    @app.before_request
    def leave_with_the_screen() -> None:
        """Opening the citizen's screen signs staff out of this browser: the next person at it is a citizen."""
        if request.endpoint == "screen.page" and TOKEN in session:
            sign_out()

    return sign_in


def carries_no_cookie() -> bool:
    """Whether this request's route never looks at cookies."""
    return bool(NO_COOKIE.match(request.path)) or request.endpoint in NO_COOKIE_ENDPOINTS


def current_operator() -> Operator | None:
    """The signed-in operator of this request, or None."""
    if "kiosk_operator" not in g:
        token = None if carries_no_cookie() else session.get(TOKEN)
        active = POLL_HEADER not in request.headers
        g.kiosk_operator = _sign_in().resume(token, active) if isinstance(token, str) else None
    operator = g.kiosk_operator
    assert operator is None or isinstance(operator, Operator)
    return operator


def somebody_is_signed_in() -> bool:
    """Whether this browser has an operator's session. Only a look: it does not count as work."""
    sign_in, token = current_app.extensions.get(EXTENSION), session.get(TOKEN)
    return isinstance(sign_in, SignIn) and isinstance(token, str) and sign_in.resume(token, active=False) is not None


def session_ended() -> bool:
    """Whether somebody was signed in at this browser whose session is over: idle for too long, or ended by an administrator."""
    return current_operator() is None and isinstance(session.get(TOKEN), str)


def require_role(
    *roles: str,
) -> Callable[[Callable[P, ResponseReturnValue]], Callable[P, ResponseReturnValue]]:
    """Only for operators with one of ``roles`` (see ``kiosk.operators.register.Role``; no role contains another).

    Nobody signed in: a page leads to the sign-in and back, anything else gets 401. Another role: 403, and a record.
    ``ValueError``, when the view is defined, for a role that does not exist.
    """
    wanted = frozenset(Role(role) for role in roles)
    if not wanted:
        raise ValueError("name at least one role")

    def decorate(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
        @functools.wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
            operator = current_operator()
            if operator is None:
                return _sign_in_first()
            if not operator.may(*wanted):
                _sign_in().note(operator.id, "page_refused", subject=(request.endpoint or "")[:80])
                abort(403)
            return view(*args, **kwargs)

        return guarded

    return decorate


def note_access(action: str, *, subject: str = "", citizen: str | None = None, citizens: Sequence[str] = ()) -> None:
    """Record what the signed-in operator does, with the keyed hashes of the people whose data is shown.

    Where it cannot be recorded the request ends in 503: the law wants every look at personal data written down.
    """
    operator = current_operator()
    noted = _sign_in().note(
        operator.id if operator else None, action, subject=subject, citizen=citizen, citizens=citizens
    )
    if not noted:
        abort(503)


def sign_in(operator_id: str, pin: str) -> Attempt:
    """Try to sign in this browser; on success its session starts afresh, so that an id planted before is worth nothing."""
    attempt = _sign_in().attempt(operator_id, pin, request.remote_addr or "?")
    if attempt.operator is not None:
        session.clear()
        session[TOKEN] = attempt.token
        g.pop("csrf_token", None)
        g.kiosk_operator = attempt.operator
    return attempt


def sign_out() -> None:
    """End this browser's session."""
    token = session.get(TOKEN)
    if isinstance(token, str):
        _sign_in().end(token, current_operator())
    session.clear()
    g.pop("csrf_token", None)
    g.kiosk_operator = None


def safe_next(target: str | None) -> str | None:
    """A path on this site to go on to after sign-in; None for anything else."""
    if not target or not target.startswith("/") or target.startswith("//") or re.search(r"[\\\x00-\x20\x7f]", target):
        return None
    try:
        parts = urlsplit(target)
    except ValueError:
        return None
    return target if not parts.scheme and not parts.netloc else None


def _sign_in_first() -> ResponseReturnValue:
    if carries_no_cookie() or POLL_HEADER in request.headers or request.accept_mimetypes.best == "application/json":
        return errors.answer(401, "sign_in_first", "Sign in first.")
    if request.method in ("GET", "HEAD"):
        return redirect(url_for("staff.sign_in_page", next=request.full_path.rstrip("?")), 303)
    flash(_("Phiên làm việc đã hết hạn, thao tác vừa rồi chưa được thực hiện. Hãy đăng nhập rồi làm lại."), "warning")
    session.pop(TOKEN, None)  # said once, with what became of the action
    return redirect(url_for("staff.sign_in_page"), 303)


def _sign_in() -> SignIn:
    found = current_app.extensions[EXTENSION]
    assert isinstance(found, SignIn)
    return found
