"""The sentences of the form's pages and its error messages, in both languages."""

from __future__ import annotations

from kiosk.domain import Text

PAGE = {
    "title": Text("Khai báo y tế", "Medical declaration"),
    "choose": Text("Bạn khai để làm gì?", "What is it for?"),
    "place": Text("Vào một địa điểm", "To enter a place"),
    "place_about": Text("Cơ quan, bệnh viện, điểm tiêm, chợ…", "Office, hospital, vaccination site, market…"),
    "movement": Text("Đi qua chốt kiểm soát", "To pass checkpoints"),
    "movement_about": Text(
        "Đi lại giữa các tỉnh, thành phố, quận, huyện", "Travelling between provinces, cities or districts"
    ),
    "about": Text(
        "Khai một lần, nhận một mã QR. Mã dùng được cả khi không có mạng, ở mọi chốt trên đường đi.",
        "Declare once and get one QR code. It works without a network, at every post on the way.",
    ),
    "on_phone": Text("Hoặc khai trên điện thoại của bạn", "Or declare on your own phone"),
    "other_language": Text("English", "Tiếng Việt"),
    "leave": Text("Về màn hình đầu", "Back to the start"),
    "step": Text("Bước {n} trên {of}", "Step {n} of {of}"),
    "next": Text("Tiếp tục", "Continue"),
    "back": Text("Quay lại", "Back"),
    "send": Text("Gửi tờ khai", "Send the declaration"),
    "change": Text("Sửa", "Change"),
    "required": Text("Các mục không ghi “nếu có” đều bắt buộc.", "Everything is required unless it says “if any”."),
    "problems": Text("Còn {n} mục cần sửa:", "{n} to put right:"),
    "pick": Text("– Chọn –", "– Choose –"),
    "province": Text("Tỉnh, thành phố", "Province or city"),
    "district": Text("Quận, huyện", "District"),
    "ward": Text("Phường, xã", "Ward or commune"),
    "list": Text("Hiện danh sách quận, huyện, phường, xã", "Show the districts and wards"),
    "no_match": Text("Không có nơi nào như vậy", "No such place"),
    "prefill": Text("Điền nhanh từ thẻ căn cước", "Fill in from the ID card"),
    "prefill_photo": Text("Chụp mã QR trên thẻ", "Photograph the card's QR code"),
    "prefill_text": Text("hoặc dán nội dung mã QR", "or paste what the QR code says"),
    "prefill_go": Text("Điền vào tờ khai", "Fill in the form"),
    "prefill_scan": Text(
        "Đưa thẻ căn cước trước camera của máy này, rồi bấm nút.",
        "Hold the ID card before this kiosk's camera, then press.",
    ),
    "prefill_scan_go": Text("Lấy thông tin từ thẻ vừa quét", "Take it from the card just scanned"),
    "prefill_private": Text("Ảnh chỉ dùng để đọc mã và không được lưu.", "The picture is only read, never kept."),
    "prefilled": Text("Đã điền từ thẻ. Hãy kiểm tra lại.", "Filled in from the card. Please check it."),
    "companions": Text("Người đi cùng xe", "Companions in the vehicle"),
    "companions_about": Text(
        "Chỉ khai người không có tờ khai riêng, như trẻ em, người già.",
        "Only those without a declaration of their own, such as children or the old.",
    ),
    "companion": Text("Người đi cùng {n}", "Companion {n}"),
    "companion_name": Text("Họ và tên", "Full name"),
    "companion_birth_year": Text("Năm sinh", "Year of birth"),
    "companion_document": Text("Số giấy tờ (nếu có)", "Document number (if any)"),
    "add": Text("Thêm người đi cùng", "Add a companion"),
    "remove": Text("Bỏ người này", "Remove"),
    "consent": Text("Tôi đã đọc và đồng ý", "I have read this and consent"),
    "consent_text": Text(
        "Thông tin được dùng để phòng, chống dịch: kiểm tra tại chốt và truy vết khi có ca bệnh. Nội dung được xóa sau {days} ngày. "
        "Khai gian dối có thể bị xử lý theo pháp luật.",
        "What you say is used against the epidemic: for checks at posts, and for tracing when somebody falls ill. It is erased after "
        "{days} days. False statements may be punished by law.",
    ),
    "nothing": Text("(không)", "(none)"),
}

PASS_PAGE = {
    "pass_place": Text("Tờ khai y tế", "Medical declaration"),
    "pass_movement": Text("Tờ khai di chuyển", "Declaration for a journey"),
    "valid_until": Text("Hiệu lực đến", "Valid until"),
    "show": Text("Đưa mã này tại mọi chốt trên đường đi.", "Show this code at every post on the way."),
    "code": Text("Mã QR của tờ khai", "QR code of the declaration"),
    "save": Text("Lưu ảnh mã QR", "Save the code as a picture"),
    "print": Text("In trang này", "Print this page"),
    "print_here": Text("In tại máy này", "Print here"),
    "printing": Text("Đang in. Nhớ lấy giấy trước khi đi.", "Printing. Take the paper before you go."),
    "not_printed": Text(
        "Không in lại được. Hãy chụp màn hình hoặc nhờ nhân viên.",
        "It cannot be printed. Take a picture of the screen, or ask staff.",
    ),
    "keep": Text(
        "Giữ liên kết của trang này: ai có nó đều mở, sửa và rút được tờ khai.",
        "Keep this page's link: whoever has it can open, change and withdraw the declaration.",
    ),
    "edit": Text("Sửa tờ khai", "Change the declaration"),
    "edit_about": Text("Sửa sẽ tạo mã mới và hủy mã cũ.", "A change makes a new code and withdraws the old one."),
    "withdraw": Text("Rút tờ khai", "Withdraw the declaration"),
    "withdraw_about": Text("Mã sẽ không còn giá trị ở bất kỳ chốt nào.", "The code will count nowhere any more."),
    "withdraw_go": Text("Rút, không dùng nữa", "Withdraw it for good"),
    "withdrawn": Text("Tờ khai này đã được rút hoặc thay thế.", "This declaration was withdrawn or replaced."),
    "expired": Text("Tờ khai này đã hết hiệu lực.", "This declaration is no longer valid."),
    "again": Text("Khai tờ mới", "Declare anew"),
    "done": Text("Xong, về màn hình đầu", "Done, back to the start"),
    "clock": Text(
        "Đồng hồ của máy chưa được đồng bộ: giờ hiệu lực trên tờ khai có thể sai.",
        "This machine's clock is not synchronised: the times on the declaration may be wrong.",
    ),
    "local_only": Text(
        "Máy này chưa được nền tảng ủy quyền: ở nơi khác, nhân viên sẽ kiểm tra thêm.",
        "This kiosk is not delegated by the platform yet: elsewhere staff will look further.",
    ),
}

ERRORS = {
    "missing": Text("Hãy điền mục này.", "Please fill this in."),
    "choose": Text("Hãy chọn một mục.", "Please choose one."),
    "long": Text("Dài quá {n} ký tự. Hãy viết ngắn lại.", "Longer than {n} characters. Please shorten it."),
    "letters": Text("Có ký tự không dùng được. Hãy gõ lại.", "Some characters cannot be used. Please type it again."),
    "name": Text(
        "Họ tên cần ít nhất hai chữ cái và không có chữ số.", "A name has at least two letters and no digits."
    ),
    "document_vn": Text(
        "Số CCCD có 12 chữ số, CMND 9 chữ số, hộ chiếu 1 chữ cái và 7 chữ số.",
        "An ID card has 12 digits, the old one 9; a passport one letter and 7 digits.",
    ),
    "document": Text("Số giấy tờ có 4 đến 20 chữ cái và chữ số.", "A document number has 4 to 20 letters and digits."),
    "year": Text(
        "Hãy ghi năm sinh bằng 4 chữ số, từ 1900 đến {n}.", "Give the year of birth in 4 digits, from 1900 to {n}."
    ),
    "year_differs": Text(
        "Năm sinh không khớp với số CCCD (số này của người sinh năm {n}).",
        "The year of birth does not agree with the ID number (it belongs to somebody born in {n}).",
    ),
    "phone": Text("Số điện thoại có 8 đến 15 chữ số.", "A telephone number has 8 to 15 digits."),
    "email": Text(
        "Địa chỉ thư cần dạng ten@noi.vn; bỏ trống nếu không có.",
        "An e-mail address looks like name@place.vn; leave it empty if you have none.",
    ),
    "area": Text("Hãy chọn đủ tỉnh, huyện, xã.", "Please choose province, district and ward."),
    "area_province": Text("Hãy chọn tỉnh, thành phố.", "Please choose a province or city."),
    "plate": Text(
        "Hãy ghi biển số: chữ cái không dấu, chữ số, gạch, chấm.", "Give the plate: plain letters, digits, hyphen, dot."
    ),
    "time": Text(
        "Hãy ghi ngày và giờ khởi hành, ví dụ 2021-08-20T08:00.",
        "Give date and time of departure, such as 2021-08-20T08:00.",
    ),
    "which": Text("Hãy đánh dấu ít nhất một mục, hoặc trả lời “Không”.", "Tick at least one, or answer “No”."),
    "where": Text("Hãy ghi các nơi đã đến, hoặc trả lời “Không”.", "Name the places, or answer “No”."),
    "consent": Text("Cần đánh dấu đồng ý để gửi tờ khai.", "Tick to consent; then it can be sent."),
    "many": Text("Mỗi tờ khai có tối đa {n} người đi cùng.", "One form takes at most {n} companions."),
}

NOTICES = {
    "no_code": Text(
        "Không thấy mã QR trong ảnh. Hãy chụp gần hơn, đủ sáng, rồi thử lại.",
        "No QR code in the picture. Move closer, with good light, and try again.",
    ),
    "not_an_image": Text(
        "Tệp này không phải ảnh đọc được. Hãy chọn ảnh khác.",
        "This file is no picture that can be read. Choose another.",
    ),
    "not_a_card": Text(
        "Mã này không phải mã của thẻ căn cước. Hãy tự điền.",
        "This is not the code of an ID card. Please fill the form in yourself.",
    ),
    "no_reader": Text(
        "Nơi này chưa đọc được ảnh. Hãy dán nội dung mã, hoặc tự điền.",
        "Pictures cannot be read here. Paste the code's text, or fill the form in.",
    ),
    "busy": Text(
        "Máy đang bận đọc ảnh khác. Hãy thử lại sau vài giây.",
        "Other pictures are being read. Try again in some seconds.",
    ),
    "no_scan": Text(
        "Chưa thấy thẻ nào vừa được quét. Hãy đưa thẻ trước camera.",
        "No card was scanned just now. Hold it before the camera.",
    ),
    "nothing_given": Text(
        "Hãy chọn ảnh hoặc dán nội dung mã trước.", "Choose a picture or paste the code's text first."
    ),
    "later": Text(
        "Quá nhiều tờ khai từ địa chỉ này. Hãy đợi một phút rồi gửi lại; thông tin vẫn còn đây.",
        "Too many declarations from this address. Wait a minute and send again; nothing you typed is lost.",
    ),
    "not_recorded": Text(
        "Chưa ghi được tờ khai. Thông tin vẫn còn đây; hãy gửi lại.",
        "The declaration could not be recorded. Nothing you typed is lost; please send it again.",
    ),
    "link": Text(
        "Không mở được tờ khai cũ để thay. Hãy gửi như một tờ khai mới.",
        "The earlier declaration cannot be opened. Send this as a new one.",
    ),
}
