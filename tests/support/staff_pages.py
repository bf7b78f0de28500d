"""Every staff page and button by its path, with the roles that may use it; the ward's are those of staff_plugins.py."""

from __future__ import annotations

from kiosk.operators.register import Role

PAGES = {
    "/staff/": {Role.OFFICER, Role.MEDICAL_STAFF, Role.TECHNICIAN, Role.ADMINISTRATOR},
    "/staff/visits": {Role.OFFICER, Role.MEDICAL_STAFF, Role.ADMINISTRATOR},
    "/staff/technician": {Role.TECHNICIAN, Role.ADMINISTRATOR},
    "/staff/technician/hardware": {Role.TECHNICIAN, Role.ADMINISTRATOR},
    "/staff/technician/hardware/last-scan": {Role.TECHNICIAN, Role.ADMINISTRATOR},
    "/staff/technician/profile": {Role.TECHNICIAN, Role.ADMINISTRATOR},
    "/staff/technician/profile/text": {Role.TECHNICIAN, Role.ADMINISTRATOR},
    "/staff/operators": {Role.ADMINISTRATOR},
    "/ward/beds": {Role.MEDICAL_STAFF},
}
BUTTONS = {
    "/staff/visits": {Role.OFFICER, Role.MEDICAL_STAFF, Role.ADMINISTRATOR},
    "/staff/visits/01900000-0000-7000-8000-000000000000/reprint": {
        Role.OFFICER,
        Role.MEDICAL_STAFF,
        Role.ADMINISTRATOR,
    },
    "/staff/technician/verify": {Role.TECHNICIAN, Role.ADMINISTRATOR},
    "/staff/technician/plugins/ward": {Role.TECHNICIAN, Role.ADMINISTRATOR},
    "/staff/technician/restart": {Role.TECHNICIAN, Role.ADMINISTRATOR},
    "/staff/technician/diagnostics": {Role.TECHNICIAN, Role.ADMINISTRATOR},
    "/staff/technician/profile": {Role.TECHNICIAN, Role.ADMINISTRATOR},
    "/staff/technician/profile/text": {Role.TECHNICIAN, Role.ADMINISTRATOR},
    "/staff/technician/profile/copy": {Role.TECHNICIAN, Role.ADMINISTRATOR},
    "/recovery/plugins/ward": {Role.TECHNICIAN, Role.ADMINISTRATOR},
    "/staff/operators": {Role.ADMINISTRATOR},
    "/staff/operators/101/active": {Role.ADMINISTRATOR},
    "/staff/operators/101/pin": {Role.ADMINISTRATOR},
    "/recovery/restart": {Role.TECHNICIAN, Role.ADMINISTRATOR},
}
