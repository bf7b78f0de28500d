"""The words of the administrator's page of certificates."""

from __future__ import annotations

from kiosk.domain import Text

STAFF = {
    "title": Text("Chứng nhận tiêm chủng", "Vaccination certificates"),
    "issued": Text("Đã cấp", "Issued"),
    "revoked": Text("Đã thu hồi", "Revoked"),
    "backlog": Text("Bản ghi chưa xét", "Records not looked at yet"),
    "backlog_hint": Text(
        "Tiến trình ký chạy riêng: kiosk vaccination signer run. Số này tăng mãi là tiến trình ký không chạy.",
        "The signer runs by itself: kiosk vaccination signer run. If this number keeps growing, it does not run.",
    ),
    "blocked": Text("Chưa cấp được", "Not issued, and why"),
    "reason_temporary": Text("Còn mã tạm: chờ ghép với giấy tờ", "Temporary id: waits to be merged"),
    "reason_name": Text("Thiếu họ tên viết được bằng chữ La-tinh", "No name that can be written in Latin letters"),
    "reason_birth_date": Text("Thiếu ngày sinh", "No birth date"),
    "reason_product": Text("Vắc xin chưa có mã", "A vaccine without a code"),
    "reason_conflict": Text("Mũi tiêm không khớp nhau: chờ xử lý", "Doses in conflict: wait to be settled"),
    "nobody": Text("Không ai đang chờ.", "Nobody waits."),
    "people": Text("Số người", "People"),
    "keys": Text("Khóa ký", "Signing keys"),
    "kid": Text("Mã khóa", "Key id"),
    "signs": Text("Ký từ – đến", "Signs from – until"),
    "verifies": Text("Xác minh được đến", "Verifies until"),
    "state": Text("Trạng thái", "State"),
    "signs_now": Text("đang ký", "signs now"),
    "withdrawn": Text("đã bị hủy", "withdrawn"),
    "resting": Text("không ký", "does not sign"),
    "no_keys": Text("Chưa có khóa ký.", "There is no signing key yet."),
    "no_key": Text(
        "Không có khóa nào đang ký: không chứng nhận nào được cấp. Chạy “kiosk vaccination signer init” hoặc “… roll”.",
        "No key signs now: no certificate is issued. Run “kiosk vaccination signer init”, or “… roll”.",
    ),
    "key_ends": Text(
        "Khóa đang ký còn {n} ngày. Chạy “kiosk vaccination signer roll” để có khóa kế tiếp.",
        "The key that signs ends in {n} days. Run “kiosk vaccination signer roll” for the next one.",
    ),
    "list": Text("Danh sách khóa công khai", "The public list of keys"),
    "revoke": Text("Thu hồi một chứng nhận", "Revoke a certificate"),
    "revoke_hint": Text(
        "Gõ mã chứng nhận (URN:UVCI:…) hoặc quét mã HC1. Các chốt nhận được lệnh ở lần kết nối tới. Không thể rút lại.",
        "Type its identifier (URN:UVCI:…), or scan the HC1 code. Posts hear of it with their next exchange. It cannot be undone.",
    ),
    "identifier": Text("Mã chứng nhận hoặc HC1", "Identifier or HC1 code"),
    "reason": Text("Lý do", "Reason"),
    "go": Text("Thu hồi", "Revoke"),
    "revoked_done": Text(
        "Đã thu hồi. Các chốt sẽ từ chối chứng nhận này.", "Revoked. Posts will refuse this certificate."
    ),
    "not_recorded": Text(
        "Chưa ghi được, chưa có gì thay đổi. Hãy thử lại.", "Not recorded, nothing has changed. Try again."
    ),
}
