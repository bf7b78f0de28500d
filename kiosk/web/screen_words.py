"""Every sentence of the citizen's screen. Vietnamese is the source text, translations/ holds the English.

It holds words only; which one is shown when is decided in static/js/kiosk/.
"""

from __future__ import annotations

from flask_babel import force_locale, gettext


def words() -> dict[str, str]:
    """Key -> sentence, in the language of the current request. ``{n}`` and the like are filled in by the page."""
    return {
        **_frame(),
        **_idle(),
        **_answers(),
        **_typing(),
        **_troubles(),
    }


def words_in_both_languages() -> dict[str, dict[str, str]]:
    """``{"vi": words, "en": words}``, so that the page switches at once and without the network."""
    both = {}
    for language in ("vi", "en"):
        with force_locale(language):
            both[language] = words()
    return both


def _frame() -> dict[str, str]:
    return {
        "page_title": gettext("Quầy tự phục vụ"),
        "language": gettext("Ngôn ngữ"),
        "lane": gettext("Cửa {lane}"),
        "speak": gettext("Đọc to"),
        "back": gettext("Quay lại"),
        "done": gettext("Xong"),
        "start_over": gettext("Làm lại từ đầu"),
        "more_time_title": gettext("Bạn cần thêm thời gian không?"),
        "more_time_text": gettext("Để giữ kín thông tin của bạn, màn hình sẽ tự xóa sau:"),
        "more_time_seconds": gettext("giây"),
        "more_time_yes": gettext("Tôi cần thêm thời gian"),
        "more_time_no": gettext("Tôi xong rồi"),
    }


def _idle() -> dict[str, str]:
    return {
        "idle_title": gettext("Đưa mã QR vào đầu đọc"),
        "idle_step_show": gettext("Đưa mã"),
        "idle_step_hear": gettext("Nghe tiếng bíp"),
        "idle_step_take": gettext("Lấy phiếu"),
        "idle_step_number": gettext("Nhớ số"),
        "idle_accepted": gettext("Thẻ căn cước, thẻ bảo hiểm y tế hoặc mã QR cá nhân trên điện thoại"),
        "service_title": gettext("Máy đang được bảo trì"),
        "service_text": gettext("Mời bạn gặp nhân viên ở gần đây, họ sẽ giúp bạn ngay."),
        "see_camera": gettext("Xem hình camera"),
        "no_qr": gettext("Tôi không có mã QR"),
        "preview_title": gettext("Đưa mã vào giữa khung"),
        "preview_hint": gettext("Giữ yên, cách máy khoảng một gang tay"),
        "preview_picture": gettext("Hình trực tiếp từ camera"),
        "preview_none": gettext("Hãy đưa mã vào đầu đọc bên dưới màn hình"),
        "next_person": gettext("Người tiếp theo: {hint}"),
        "working_title": gettext("Đang kiểm tra"),
        "working_text": gettext("Xin chờ trong giây lát"),
    }


def _answers() -> dict[str, str]:
    return {
        "admit_title": gettext("Mời bạn đi tiếp"),
        "refer_title": gettext("Mời gặp nhân viên"),
        "refuse_title": gettext("Chưa thể cho qua"),
        "ask_title": gettext("Cần hỏi thêm"),
        "number_label": gettext("Số thứ tự của bạn"),
        "next_label": gettext("Việc cần làm tiếp theo"),
        "reason_label": gettext("Lý do"),
        "legal_label": gettext("Căn cứ: {law}"),
        "printing": gettext("Đang in phiếu"),
        "take_ticket": gettext("Mời lấy phiếu ở khe bên dưới"),
        "remember_number": gettext("Hãy nhớ hoặc chụp ảnh số này"),
        "not_printed": gettext("Không in được phiếu"),
        "paper_out": gettext("Máy in hết giấy."),
        "look_for_ticket": gettext("Hãy nhìn khe ra phiếu"),
        "keep_number": gettext("Hãy chụp ảnh hoặc ghi lại số này. Nhân viên gọi bạn theo số."),
        "admit_next": gettext("Chờ gọi số của bạn, rồi vào theo hướng dẫn."),
        "admit_next_plain": gettext("Lượt của bạn đã được ghi nhận. Mời đi theo hướng dẫn."),
        "ask_reason": gettext("Còn thiếu thông tin."),
        "ask_next": gettext("Hãy đưa giấy tờ còn thiếu, hoặc gặp nhân viên."),
        "refer_reason": gettext("Máy chưa đủ căn cứ để trả lời."),
        "refer_next": gettext("Đưa giấy tờ của bạn cho nhân viên ở gần đây."),
        "refuse_reason": gettext("Trường hợp của bạn chưa đủ điều kiện."),
        "refuse_next": gettext("Gặp nhân viên nếu bạn thấy chưa đúng."),
        "question_count": gettext("Câu {n} trên {total}"),
        "question_next": gettext("Tiếp tục"),
    }


def _typing() -> dict[str, str]:
    return {
        "card_title": gettext("Nhập 12 số căn cước"),
        "card_hint": gettext("Số in ở mặt trước thẻ căn cước công dân."),
        "digits_left": gettext("Còn thiếu {n} số"),
        "digits_enough": gettext("Đã đủ {n} số. Bấm Tiếp tục."),
        "digits_some": gettext("Đã nhập {n} số"),
        "date_hint": gettext("Ngày, tháng, năm: hai số, hai số, bốn số"),
        "date_wrong": gettext("Không có ngày này. Hãy xóa và nhập lại."),
        "date_right": gettext("Đã đủ ngày tháng năm. Bấm Tiếp tục."),
        "date_left": gettext("Nhập đủ ngày, tháng, năm"),
        "typed_so_far": gettext("Đã nhập"),
        "nothing_typed": gettext("chưa nhập gì"),
        "pad": gettext("Bàn phím số"),
        "keyboard": gettext("Bàn phím chữ"),
        "erase": gettext("Xóa"),
        "erase_all": gettext("Xóa hết"),
        "space": gettext("Dấu cách"),
        "shift": gettext("Chữ hoa"),
        "telex_hint": gettext("Gõ dấu bằng phím dấu hoặc kiểu Telex"),
        "tone_acute": gettext("Dấu sắc"),
        "tone_grave": gettext("Dấu huyền"),
        "tone_hook": gettext("Dấu hỏi"),
        "tone_tilde": gettext("Dấu ngã"),
        "tone_dot": gettext("Dấu nặng"),
        "text_left": gettext("Còn {n} chữ"),
    }


def _troubles() -> dict[str, str]:
    return {
        "no_answer": gettext("Máy không trả lời kịp."),
        "no_answer_next": gettext("Đưa giấy tờ của bạn cho nhân viên. Bạn không phải xếp hàng lại."),
        "not_understood": gettext("Máy không nhận được mã này."),
        "too_long": gettext("Mã này quá dài, máy không đọc được."),
        "journal_down": gettext("Máy tạm thời không ghi được lượt đến. Xin gặp nhân viên."),
        "camera_down": gettext(
            "Camera tạm thời không hoạt động. Hãy dùng máy quét, nhập số căn cước hoặc gặp nhân viên."
        ),
        "printer_down": gettext("Máy in tạm ngừng. Số của bạn sẽ hiện trên màn hình: hãy chụp ảnh hoặc ghi lại."),
        "platform_down": gettext("Đang làm việc không có mạng. Lượt của bạn vẫn được ghi nhận."),
        "clock_wrong": gettext("Giờ trên máy chưa được đồng bộ. Nhân viên đã được báo."),
        "line_down": gettext("Màn hình mất liên lạc với máy. Xin gặp nhân viên."),
        "no_script": gettext("Màn hình này cần JavaScript. Xin gặp nhân viên."),
    }
