"""The citizen's page: from a slip's code and a birth date to the certificate, and nothing for who does not have both."""

from __future__ import annotations

import io
import re
from typing import Any

import cbor2
import pytest
import segno
import zxingcpp
from cryptography.hazmat.primitives.asymmetric import ec
from PIL import Image

from kiosk.appliance import Appliance
from kiosk.delegation import token
from kiosk.delegation.token import Signer
from kiosk.domain import Record
from kiosk.web.app import create_app
from plugins.vaccination.certificate import drawing, hc1, looking_up, proof, proof_claims, revoking
from plugins.vaccination.certificate.citizen_views import WRONG_IN_A_DAY
from plugins.vaccination.certificate.page_words import PROBLEMS, WAITING
from tests.support.appliance import Workshop
from tests.support.certificates import (
    Office,
    certificates,
    context_of,
    dose,
    merge,
    office_of,
    person,
    platform_of,
    take_back,
)

NUMBER, BIRTH = "001090012345", "28/02/1990"


@pytest.fixture
def platform(workshop: Workshop) -> Appliance:
    """With a reader of pictures; it signs slips itself, as a site would."""
    return workshop.open(
        ["qr_scanning", "health_certificate", "vaccination"],
        role="platform",
        sections="[plugin.qr_scanning]\ncameras = []\n[plugin.vaccination]\nlookups_per_minute = 200\n",
    )


@pytest.fixture
def office(platform: Appliance, tmp_path: Any) -> Office:
    return office_of(platform, tmp_path / "signer")


class Phone:
    """A citizen's browser."""

    def __init__(self, appliance: Appliance, address: str = "192.0.2.7") -> None:
        self.client = create_app(appliance).test_client()
        self.address = {"REMOTE_ADDR": address}
        page = self.client.get("/vaccination/certificate", environ_base=self.address)
        assert page.status_code == 200
        self.token = page.text.partition('name="csrf_token" value="')[2].partition('"')[0]

    def post(self, path: str = "", **form: Any) -> Any:
        data = {"csrf_token": self.token, **form}
        return self.client.post(f"/vaccination/certificate{path}", data=data, environ_base=self.address)

    def show(self, code: str, birth: str = BIRTH, status: int = 200, **more: Any) -> str:
        reply = self.post(code=code, birth=birth, **more)
        assert reply.status_code == status, reply.text[:400]
        assert reply.headers["Cache-Control"] == "no-store"
        return str(reply.text)


def slip(platform: Appliance, given: Record) -> str:
    plugin: Any = platform.host.plugin("vaccination")
    with platform.session() as session:
        text = proof.payload_of(given, session, plugin.site)
    assert text
    return text


def picture(text: str) -> bytes:
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(out, kind="png", scale=5, border=4)
    return out.getvalue()


def words(page: str) -> str:
    import html

    return html.unescape(re.sub(r"<[^>]+>", " ", page))


def test_from_the_slip_to_the_certificate(platform: Appliance, office: Office) -> None:
    citizen = person(platform, NUMBER, "Đặng Thị Ưng")
    given = dose(platform, citizen)
    code = slip(platform, given)
    phone = Phone(platform)
    assert WAITING["soon"].vi in words(phone.show(code))
    office.work()
    page = phone.show(code)
    (row,) = certificates(platform)
    assert 'data-colour="yellow"' in page
    for expected in ("THẺ VÀNG", "Đặng Thị Ưng", "28/02/1990", "AstraZeneca", "ABV1234", row.uvci, "Đã tiêm 1/2 mũi"):
        assert expected in words(page), expected
    assert NUMBER not in page
    # the same by a picture of the slip, and in English
    english = Phone(platform)
    reply = english.post("?lang=en", picture=(io.BytesIO(picture(code)), "slip.png"), birth="1990-02-28")
    assert "YELLOW" in words(reply.text)
    assert "1 of 2 doses" in words(reply.text)


def test_the_code_on_the_page_is_the_certificate(platform: Appliance, office: Office) -> None:
    citizen = person(platform, NUMBER)
    code = slip(platform, dose(platform, citizen, product="Janssen", total=1))
    office.work()
    page = Phone(platform).show(code)
    assert "THẺ XANH" in words(page)
    (row,) = certificates(platform)
    assert str(drawing.inline(row.payload)) in page


def test_pdf_carries_the_code_and_the_letters(platform: Appliance, office: Office) -> None:
    citizen = person(platform, NUMBER, "Nguyễn Phương Thảo Ưng Đặng")
    code = slip(platform, dose(platform, citizen))
    office.work()
    reply = Phone(platform).post("/pdf", code=code, birth=BIRTH)
    assert (reply.status_code, reply.mimetype) == (200, "application/pdf")
    assert reply.headers["Cache-Control"] == "no-store"
    assert reply.data.startswith(b"%PDF-")
    from plugins.vaccination.certificate import paper

    (row,) = certificates(platform)
    assert b"Roboto" in reply.data
    made = paper.Paper(
        "green", 2, 2, "Nguyễn " * 30, "1990", [("01/01/2021", "x" * 90, "y")] * 4, "u", "i", "d", "d", row.payload
    )
    assert paper.pdf(made) == paper.pdf(made)  # the same paper, byte for byte


def test_a_wrong_birth_date_and_a_wrong_code_say_the_same(platform: Appliance, office: Office) -> None:
    citizen = person(platform, NUMBER)
    given = dose(platform, citizen)
    code = slip(platform, given)
    office.work()
    phone = Phone(platform)
    forged = code[:-4] + ("0000" if code[-4:] != "0000" else "1111")
    stranger = hc1.PREFIX + "NCF" + "0" * 40
    said = {
        words(phone.show(*asked, status=422)) for asked in ((code, "27/02/1990"), (forged, BIRTH), (stranger, BIRTH))
    }
    said = {re.sub(r"\s+", " ", one.replace("27/02/1990", BIRTH)) for one in said}
    assert len(said) == 1, said
    assert PROBLEMS["wrong"].vi in said.pop()
    for page in (
        phone.post(code=code, birth="27/02/1990").text,
        phone.post("/pdf", code=code, birth="27/02/1990").text,
    ):
        assert "Nguyễn" not in page


def test_a_slip_by_a_key_that_nobody_vouches_for_yet_is_to_be_printed_anew(platform: Appliance, office: Office) -> None:
    """As of a device's first minutes, before it has its delegation. It tells nothing, and it is not locked: nobody guessed."""
    given = dose(platform, person(platform, NUMBER))
    office.work()
    with platform.session() as session:
        claims = proof.claims_of(given, session, 14)
    assert claims
    signer = Signer(ec.generate_private_key(ec.SECP256R1()))
    code = token.write(proof.PREFIX, cbor2.dumps(proof_claims.to_map(claims)), signer)
    phone = Phone(platform)
    for birth in [BIRTH, "27/02/1990"] * WRONG_IN_A_DAY:
        assert PROBLEMS["unproven"].vi in words(phone.show(code, birth, status=422))


def test_guessing_a_birth_date_ends(platform: Appliance, office: Office) -> None:
    citizen = person(platform, NUMBER)
    code = slip(platform, dose(platform, citizen))
    office.work()
    app = Phone(platform)
    for day in range(1, 11):
        app.show(code, f"{day:02d}/03/1990", status=422)
    page = app.show(code, BIRTH, status=429)  # even the right one: who guesses must not learn it
    assert PROBLEMS["locked"].vi in words(page)
    other = slip(platform, dose(platform, person(platform, "001090012346")))
    office.work()
    app.show(other, BIRTH)


def test_one_address_cannot_ask_without_end(workshop: Workshop, tmp_path: Any) -> None:
    platform = platform_of(workshop)
    phone = Phone(platform)
    for _ in range(10):
        phone.show("", status=422)
    assert PROBLEMS["busy"].vi in words(phone.show("", status=429))


@pytest.mark.parametrize(
    ("form", "problem"),
    [
        ({"birth": BIRTH}, "no_code"),
        ({"code": "https://example.com", "birth": BIRTH}, "not_a_slip"),
        ({"code": "VNV1:", "birth": BIRTH}, "not_a_slip"),
        ({"code": "VNV1:ẨÂ", "birth": BIRTH}, "not_a_slip"),
        ({"code": "VNV1:AAA", "birth": "hôm qua"}, "birth"),
        ({"code": "VNV1:AAA", "birth": "31/02/1990"}, "birth"),
        ({"picture": (b"nothing", "a.png"), "birth": BIRTH}, "not_read"),
    ],
)
def test_what_does_not_lead_anywhere_says_what_to_do(platform: Appliance, form: dict[str, Any], problem: str) -> None:
    if "picture" in form:
        form = {**form, "picture": (io.BytesIO(form["picture"][0]), form["picture"][1])}
    reply = Phone(platform).post(**form)
    assert reply.status_code == 422
    assert PROBLEMS[problem].vi in words(reply.text)


def test_a_picture_of_another_code(platform: Appliance) -> None:
    reply = Phone(platform).post(picture=(io.BytesIO(picture("https://example.com")), "a.png"), birth=BIRTH)
    assert PROBLEMS["not_a_slip"].vi in words(reply.text)


def test_why_there_is_none_yet(platform: Appliance, office: Office) -> None:
    phone = Phone(platform)
    temporary = person(platform, "temporary:1", temporary=True, source="temporary")
    code = slip(platform, dose(platform, temporary))
    office.work()
    assert WAITING["temporary"].vi in words(phone.show(code))
    real = person(platform, NUMBER)
    merge(platform, temporary, real)
    office.work()
    assert "THẺ VÀNG" in words(phone.show(code))  # the slip of the temporary id opens it, too

    twice = person(platform, "001090012346")
    code = slip(platform, dose(platform, twice))
    dose(platform, twice, lot="OTHER")
    office.work()
    assert WAITING["conflict"].vi in words(phone.show(code))


def test_a_revoked_one_and_a_dose_that_was_taken_back(platform: Appliance, office: Office) -> None:
    phone = Phone(platform)
    citizen = person(platform, NUMBER)
    given = dose(platform, citizen)
    code = slip(platform, given)
    office.work()
    (row,) = certificates(platform)
    assert "THẺ VÀNG" in words(phone.show(row.payload))  # the official code opens its own page
    revoking.revoke(context_of(platform), row.uvci, "thử nghiệm", "9")
    assert WAITING["revoked"].vi in words(phone.show(code))
    assert WAITING["revoked"].vi in words(phone.show(row.payload))
    other = person(platform, "001090012346")
    given = dose(platform, other)
    code = slip(platform, given)
    take_back(platform, given)
    office.work()
    assert WAITING["taken_back"].vi in words(phone.show(code))


def test_a_slip_of_a_dose_that_has_not_arrived(platform: Appliance, workshop: Workshop) -> None:
    """The site is offline: the platform knows its key, and nothing of the dose."""
    with platform.session() as session:
        signer = platform.signing.ring.signer(session)
    import cbor2

    from kiosk.delegation import token
    from plugins.vaccination.certificate import proof_claims
    from tests.plugins.vaccination.certificate.test_proof_token import PLAIN

    code = token.write(proof.PREFIX, cbor2.dumps(proof_claims.to_map(PLAIN)), signer)
    phone = Phone(platform)
    assert WAITING["not_arrived"].vi in words(phone.show(code))
    phone.show(code, "28/02/1991", status=422)


@pytest.mark.parametrize(
    ("typed", "birth"),
    [
        ("28/02/1990", "1990-02-28"), ("28.2.1990", "1990-02-28"), (" 28-02-1990 ", "1990-02-28"), ("1990", "1990"),
        ("02/1990", "1990-02"), ("1990-02-28", "1990-02-28"), ("30/02/1990", ""), ("", ""), ("28/02/90", ""),
        ("1990-13-01", ""), ("00/00/0000", ""), ("２８/02/1990", "1990-02-28"),
    ],
)  # fmt: skip
def test_birth_dates_as_people_type_them(typed: str, birth: str) -> None:
    assert looking_up.birth_of(typed) == birth


def test_a_person_of_whom_only_the_year_is_known(platform: Appliance, office: Office) -> None:
    citizen = person(platform, NUMBER, birth_date="1950")
    code = slip(platform, dose(platform, citizen))
    office.work()
    phone = Phone(platform)
    assert "THẺ VÀNG" in words(phone.show(code, "1950"))
    assert "THẺ VÀNG" in words(phone.show(code, "01/01/1950"))
    phone.show(code, "1951", status=422)


def test_a_form_from_elsewhere_is_refused(platform: Appliance) -> None:
    reply = Phone(platform).client.post("/vaccination/certificate", data={"code": "x", "birth": BIRTH})
    assert reply.status_code == 400


def test_a_printed_page_can_be_scanned(platform: Appliance, office: Office) -> None:
    """The drawing on the page, as a phone shows it, is read by the camera's own engine."""
    citizen = person(platform, NUMBER)
    dose(platform, citizen)
    office.work()
    (row,) = certificates(platform)
    out = io.BytesIO()
    segno.make(row.payload, error="q", boost_error=False, micro=False).save(out, kind="png", scale=3, border=4)
    (found,) = zxingcpp.read_barcodes(Image.open(out), formats=zxingcpp.BarcodeFormat.QRCode)
    assert found.text == row.payload
