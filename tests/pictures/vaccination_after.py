"""What comes after the doses: the supervisor's day, certificates on the platform, and a recall that the site hears of."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from plugins.demo import clinic
from tests.pictures import vaccination_day
from tests.pictures.stage import PHONE, SEED, TABLET, Camera, Demo, sign_in, wait_for

SUPERVISOR = "100"
LOT = {"product": "AstraZeneca", "lot": "DEMO-AZ-01"}


def take(camera: Camera, demo: Demo) -> None:
    certificates(camera, demo)
    the_day(camera, demo)
    recall(camera, demo)


# --- certificates


def certificates(camera: Camera, demo: Demo) -> None:
    site, platform = demo.urls["vaccination"], demo.urls["platform"]
    code, born = _slip_of_a_second_dose(site)
    with camera.window(PHONE) as phone:
        phone.goto(f"{platform}/vaccination/certificate")
        camera.take(phone, "certificate-ask", whole=True)
        _ask(phone, platform, code, born)
        camera.take(phone, "certificate-green", whole=True)
        camera.take(phone, "vaccination-green")
        with phone.expect_download() as waited:
            phone.click('form[action$="/pdf"] button')
        camera.draw("certificate-paper", Path(waited.value.path()).read_bytes())
    with camera.window() as page:
        sign_in(page, platform, SUPERVISOR, demo.pin)
        page.goto(f"{platform}/vaccination/certificates")
        camera.take(page, "certificate-staff")


def _ask(phone: Any, platform: str, code: str, born: str) -> None:
    """The platform issues a few seconds after it has heard of the dose."""

    def shown() -> bool:
        phone.goto(f"{platform}/vaccination/certificate")
        phone.fill("#code", code)
        phone.fill("#birth", born)
        phone.click("main button[type=submit]")
        phone.wait_for_load_state()
        phone.wait_for_timeout(3000)
        return phone.query_selector(".shown[data-colour=green]") is not None

    wait_for(shown, "no green certificate was issued")


def _slip_of_a_second_dose(site: str) -> tuple[str, str]:
    """The proof's text, as it is read off the paper, and the birth date: whoever has the second appointment has had a dose before."""
    slips = [one for one in vaccination_day.papers(site) if one not in vaccination_day.tickets(site)]
    person = clinic.people(SEED)[1]
    return vaccination_day.code_on(slips[1]), f"{person.birth_date:%d/%m/%Y}"


# --- the supervisor


def the_day(camera: Camera, demo: Demo) -> None:
    site = demo.urls["vaccination"]
    with camera.window() as page:
        sign_in(page, site, SUPERVISOR, demo.pin)
        page.goto(f"{site}/vaccination/stock/lot?product={LOT['product']}&lot={LOT['lot']}")
        page.fill("#count-vials", "19")
        page.click("form[action$=count] button")
        page.goto(f"{site}/vaccination/day")
        page.click("main form[method=post] button")
        page.wait_for_selector("a[href$=report]")
        camera.take(page, "vaccination-day")


# --- a recall


def recall(camera: Camera, demo: Demo) -> None:
    site, platform = demo.urls["vaccination"], demo.urls["platform"]
    with camera.window() as page:
        sign_in(page, platform, SUPERVISOR, demo.pin)
        page.goto(f"{platform}/vaccination/nation/lots?lot={LOT['lot']}")
        page.fill("#c-reason", "Có hạt lạ trong lọ")
        page.click("form:has(#c-lot) button")
        page.wait_for_selector("form:has(input[name=lifted])")
        camera.take(page, "vaccination-recall", whole=True)
    with camera.window(TABLET) as page:
        sign_in(page, site, vaccination_day.NURSE, demo.pin)

        def is_heard() -> bool:
            page.goto(f"{site}/vaccination/stock")
            return page.query_selector(".stock-recalls") is not None

        wait_for(is_heard, "the site did not hear of the recall")
        camera.take(page, "vaccination-stock")
        page.click(".stock-recalls a")
        page.wait_for_selector("table")
        camera.take(page, "vaccination-stock-people")
        page.goto(f"{site}/vaccination/injection/3")
        page.wait_for_selector('#findings [data-level="fault"]')
        camera.take(page, "vaccination-injection-recalled")
