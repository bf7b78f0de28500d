"""Certificates and slips that synthetic people show at a vaccination site, and the site that trusts one issuer.

Made from the formats' specifications (see ``certificates``), for a person and days of the test's choice."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from kiosk.appliance import Appliance
from kiosk.synthetic import Citizen
from tests.support.appliance import Workshop
from tests.support.issuing import DOSE, Issuer, dcc, hc1, immunization, issuer, shc, smart_jws
from tests.support.vaccination import Nurse, vaccination_site

KID = "k1"
EU_CODES = {"Comirnaty": "EU/1/20/1528", "Moderna": "EU/1/20/1507", "AstraZeneca": "EU/1/21/1529"}


def an_issuer(at: datetime) -> Issuer:
    """Whose certificate holds from a year before ``at`` to a year after."""
    return issuer(begin=at - timedelta(days=365), end=at + timedelta(days=365))


def trusting_site(workshop: Workshop, trusted: Issuer, folder: Path, **more: Any) -> Appliance:
    """A vaccination site that has one issuer's key, for SMART Health Cards under ``KID``."""
    (folder / "trusted.pem").write_bytes(trusted.pem)
    (folder / "trusted.json").write_text(json.dumps({"keys": [trusted.jwk(kid=KID, use="sig", alg="ES256")]}))
    files = ", ".join(f'"{folder / name}"' for name in ("trusted.pem", "trusted.json"))
    tail = f"\n[plugin.health_certificate]\ntrust_files = [{files}]\n"
    return vaccination_site(workshop, plugins=("health_certificate",), tail=tail, **more)


def ago(site: Appliance, days: int) -> date:
    """The site's own day so many days back."""
    return (site.clock.now() + timedelta(hours=7) - timedelta(days=days)).date()


def dose_on(on: date, product: str = "Comirnaty", number: int = 1, total: int = 2, **more: Any) -> dict[str, Any]:
    """One entry of an EU certificate. ``product``: a name that has a code here, else the code itself."""
    code = EU_CODES.get(product, product)
    return {**DOSE, "mp": code, "dn": number, "sd": total, "dt": on.isoformat(), "is": "Bộ Y tế", **more}


def named(person: Citizen, **more: Any) -> dict[str, Any]:
    family, _, given = person.name.partition(" ")
    return {"nam": {"fn": family, "gn": given}, "dob": person.birth_date.isoformat(), **more}


def certificate(by: Issuer, person: Citizen, *doses: dict[str, Any], at: datetime, **more: Any) -> str:
    """An ``HC1:`` that was issued the day before ``at``. ``more``: fields of the content, or ``begin`` and ``end``."""
    times = {"begin": more.pop("begin", at - timedelta(days=1)), "end": more.pop("end", at + timedelta(days=300))}
    return hc1(by, {**dcc(v=list(doses)), **named(person), **more}, **times)


def smart_card(by: Issuer, person: Citizen, *days: date, at: datetime, cvx: str = "208", parts: int = 1) -> list[str]:
    """The codes of a SMART Health Card with a dose on each day."""
    family, _, given = person.name.partition(" ")
    patient = {
        "resourceType": "Patient",
        "name": [{"family": family, "given": given.split()}],
        "birthDate": person.birth_date.isoformat(),
    }
    held = [patient, *(immunization(day.isoformat(), cvx) for day in days)]
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": one} for one in held]}
    credential = {"type": ["https://smarthealth.cards#health-card"], "credentialSubject": {"fhirBundle": bundle}}
    return shc(smart_jws(by, kid=KID, vc=credential, nbf=(at - timedelta(days=1)).timestamp()), parts)


def shown(nurse: Nurse, citizen: str, payload: str, status: int = 200, **more: Any) -> dict[str, Any]:
    """The code is scanned while this person is open."""
    return nurse.do("shown/scan", status, citizen=citizen, payload=payload, **{"source": "wedge", **more})


def typed(nurse: Nurse, citizen: str, status: int = 200, **form: Any) -> dict[str, Any]:
    said = {"product": "Comirnaty", "on": "2021-08-10", "place": "Trạm y tế phường 4", **form}
    return nurse.do("shown/paper", status, citizen=citizen, **said)


def code(reply: dict[str, Any]) -> str:
    """Why it was refused, without the plugin's name."""
    return str(reply["problem"]["code"]).removeprefix("vaccination.")
