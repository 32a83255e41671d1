"""What is wrong, where, and what to do about it: findings and the catalogue of their codes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum


class Severity(Enum):
    """Whether a finding stops a change or only asks somebody to look."""

    ERROR = "lỗi"
    WARNING = "nhắc"


class HosoError(Exception):
    """Misuse or a broken environment: the message is Vietnamese and already says what to do.

    `findings` are what it rests on, where it rests on any.
    """

    findings: Sequence[Finding] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """One kind of finding: what it is about and how much it weighs."""

    title: str
    severity: Severity = Severity.ERROR


def _warning(title: str) -> Code:
    return Code(title=title, severity=Severity.WARNING)


# HS1 bytes and text, HS2 paths and shapes, HS3 values, HS4 references, HS5 assessment,
# HS6 people and classes, HS7 what may be published, HS8 rights and approval, HS9 schemas.
CODES: dict[str, Code] = {
    "HS101": Code(title="không phải UTF-8"),
    "HS102": Code(title="tệp quá lớn"),
    "HS103": Code(title="có dấu thứ tự byte (BOM) ở đầu tệp"),
    "HS104": Code(title="xuống dòng kiểu Windows (CRLF)"),
    "HS105": Code(title="ký tự điều khiển hoặc ký tự vô hình"),
    "HS106": Code(title="chữ chưa ở dạng dựng sẵn (NFC)"),
    "HS107": Code(title="sai cú pháp YAML"),
    "HS108": Code(title="khóa bị lặp"),
    "HS109": Code(title="neo hoặc bí danh YAML"),
    "HS110": Code(title="thẻ kiểu YAML"),
    "HS111": Code(title="chú thích trong hồ sơ"),
    "HS112": Code(title="nhiều tài liệu trong một tệp"),
    "HS113": Code(title="quá nhiều mục"),
    "HS114": Code(title="lồng quá sâu"),
    "HS115": Code(title="chưa viết theo cách viết chuẩn"),
    "HS116": Code(title="thiếu phần đầu của trang Markdown"),
    "HS117": Code(title="số quá dài"),
    "HS118": Code(title="khóa không phải là chữ"),
    "HS119": Code(title="tệp rỗng"),
    "HS120": Code(title="khóa không có giá trị"),
    "HS201": Code(title="đường dẫn không thuộc loại hồ sơ nào"),
    "HS202": Code(title="đường dẫn có ký tự ngoài ASCII hoặc không hợp lệ"),
    "HS203": Code(title="hai đường dẫn chỉ khác nhau chữ hoa, chữ thường"),
    "HS204": Code(title="không phải tệp thường"),
    "HS205": Code(title="tệp có quyền chạy"),
    "HS206": Code(title="tệp không đúng định dạng"),
    "HS301": Code(title="thiếu trường bắt buộc"),
    "HS302": Code(title="trường không có trong loại hồ sơ"),
    "HS303": Code(title="giá trị không thuộc danh mục"),
    "HS304": Code(title="giá trị sai kiểu"),
    "HS305": Code(title="giá trị sai dạng"),
    "HS306": Code(title="giá trị ngoài khoảng cho phép"),
    "HS307": Code(title="khóa sai dạng"),
    "HS308": Code(title="giá trị bị lặp"),
    "HS309": Code(title="thiếu hoặc thừa mục"),
    "HS401": Code(title="dẫn tới hồ sơ không có"),
    "HS402": Code(title="dẫn tới mục không có trong hồ sơ khác"),
    "HS403": Code(title="liên kết trong bài dẫn tới tệp không có"),
    "HS501": Code(title="môn không có ở khối này"),
    "HS502": Code(title="có điểm ở nơi không có bài kiểm tra định kỳ"),
    "HS503": Code(title="chưa có mức đạt được"),
    "HS504": Code(title="chưa có điểm kiểm tra định kỳ"),
    "HS505": Code(title="môn được miễn mà có kết quả"),
    "HS506": Code(title="đánh giá lại không đúng lúc"),
    "HS507": _warning("mức đạt được chưa phù hợp với điểm"),
    "HS508": Code(title="năng lực không đánh giá ở khối này"),
    "HS509": Code(title="chưa có mức phẩm chất, năng lực"),
    "HS510": Code(title="ký tổng hợp khi trang khác chưa hoàn tất"),
    "HS511": Code(title="kết quả ghi khác kết quả tính được"),
    "HS512": Code(title="chưa đủ dữ liệu để xếp kết quả"),
    "HS513": Code(title="kết quả năm học ghi trước cuối năm"),
    "HS514": Code(title="chưa có kết quả năm học"),
    "HS515": Code(title="khen thưởng không đúng với kết quả hoặc thiếu căn cứ"),
    "HS516": Code(title="xét lên lớp không khớp kết quả"),
    "HS517": Code(title="kết quả trước hè không khớp"),
    "HS518": Code(title="hoàn tất trước kỳ đánh giá"),
    "HS601": Code(title="năm học không phải hai năm liền nhau"),
    "HS602": Code(title="học kỳ sai thứ tự"),
    "HS603": Code(title="tuần học sai"),
    "HS604": Code(title="đợt nghỉ sai"),
    "HS605": Code(title="kỳ đánh giá hoặc ngày khóa sổ sai"),
    "HS611": Code(title="khối không khớp tên lớp"),
    "HS612": Code(title="số thứ tự bị lặp"),
    "HS613": Code(title="ngày vào, ra lớp sai"),
    "HS614": Code(title="học sinh cùng lúc ở hai lớp"),
    "HS615": _warning("sĩ số vượt mức tối đa"),
    "HS616": Code(title="biến động không đủ hoặc không khớp danh sách lớp"),
    "HS617": Code(title="vào, ra lớp giữa năm mà không có biến động"),
    "HS618": Code(title="học sinh không học ở lớp lúc đánh giá"),
    "HS619": Code(title="trang hoàn tất thiếu học sinh"),
    "HS620": Code(title="sĩ số không khớp danh sách lớp"),
    "HS621": Code(title="ngày vắng không phải ngày học"),
    "HS622": Code(title="vắng khi không học ở lớp"),
    "HS623": Code(title="số ngày học nhiều hơn có thể"),
    "HS624": Code(title="số ngày nghỉ không khớp điểm danh"),
    "HS625": Code(title="vắng hai buổi ở lớp học một buổi"),
    "HS630": Code(title="giáo viên không được phân công"),
    "HS631": Code(title="ngày phân công sai"),
    "HS632": Code(title="phân công ngoài thời gian làm việc ở trường"),
    "HS633": Code(title="hai nhiệm vụ không được kiêm"),
    "HS634": Code(title="phân công môn không có ở khối"),
    "HS635": Code(title="hai giáo viên chủ nhiệm một lớp"),
    "HS641": Code(title="danh sách thiếu cột hoặc có cột lặp"),
    "HS642": _warning("cột của danh sách không được đưa vào"),
    "HS643": Code(title="ô của danh sách chưa đúng"),
    "HS644": Code(title="một người hai dòng trong danh sách"),
    "HS645": _warning("người trong danh sách đã có hồ sơ"),
    "HS646": _warning("dòng của danh sách bị bỏ qua"),
    "HS647": Code(title="không xếp được vào lớp ghi trong danh sách"),
    "HS648": Code(title="học sinh đã có ở nơi khác trong trường"),
    "HS701": Code(title="nêu học sinh khi cha mẹ chưa đồng ý"),
    "HS702": Code(title="nêu học sinh từ 7 tuổi khi chính em chưa đồng ý"),
    "HS703": Code(title="nêu học sinh đã rút đồng ý"),
    "HS704": Code(title="ảnh chưa có lời mô tả"),
    "HS711": Code(title="số, ký hiệu văn bản sai thể thức"),
    "HS712": Code(title="ký hiệu không hợp với loại văn bản"),
    "HS713": Code(title="số văn bản bị lặp"),
    "HS714": Code(title="thư mục năm khác năm của ngày"),
    "HS715": Code(title="kết thúc trước khi bắt đầu"),
    "HS721": Code(title="nội dung đăng tải khác nội dung đã duyệt"),
    "HS722": Code(title="tệp đăng tải không có trong danh mục"),
    "HS723": Code(title="tệp trong danh mục không được đăng tải"),
    "HS724": Code(title="trang web không phải của bản ghi đã duyệt"),
    "HS801": Code(title="vai chưa khai trong quy chế"),
    "HS802": Code(title="quy chế, lịch khóa nói tới loại hồ sơ không có"),
    "HS803": Code(title="phạm vi không có trong khóa"),
    "HS804": Code(title="quyền nói tới trường không có"),
    "HS805": Code(title="loại hồ sơ không có ai được ghi"),
    "HS806": Code(title="loại hồ sơ không có ai duyệt"),
    "HS807": Code(title="chuỗi duyệt sai bước"),
    "HS808": Code(title="không đủ người khác nhau để duyệt"),
    "HS809": _warning("vai không có người giữ"),
    "HS810": _warning("trang không có người viết"),
    "HS811": Code(title="sổ đóng theo lịch mà không ai khóa, mở được"),
    "HS812": Code(title="không đủ người khác nhau để mở sổ"),
    "HS813": Code(title="loại luôn cần chữ ký mà quy chế nhận chứng thực"),
    "HS820": Code(title="nội dung ký không theo dạng chuẩn"),
    "HS821": Code(title="khóa ký không dùng được"),
    "HS822": Code(title="chữ ký không đọc được"),
    "HS823": Code(title="mục nhật ký sai dạng"),
    "HS824": Code(title="giấy gửi sai dạng"),
    "HS825": Code(title="phiên bản sai dạng"),
    "HS826": Code(title="phiên bản có hai chữ ký"),
    "HS827": Code(title="phiên bản không có chữ ký"),
    "HS828": Code(title="không biết khóa ký là của ai"),
    "HS829": Code(title="khóa ký không có hiệu lực lúc nhận"),
    "HS830": Code(title="bản sao kho không đầy đủ hoặc bị thay"),
    "HS831": Code(title="không phải một lần duyệt nối tiếp main"),
    "HS832": Code(title="người gửi không phải người ký"),
    "HS833": Code(title="đề nghị không thẳng hàng từ main"),
    "HS834": Code(title="có việc giấu trong lịch sử đề nghị"),
    "HS835": Code(title="nội dung hợp khác nội dung đề nghị"),
    "HS836": Code(title="hai người sửa cùng một chỗ"),
    "HS837": Code(title="tệp quá lớn"),
    "HS838": Code(title="nhánh, thẻ ngoài danh mục"),
    "HS839": Code(title="dữ liệu git hỏng"),
    "HS840": Code(title="nhật ký không nối tiếp"),
    "HS841": Code(title="nhật ký không khớp main"),
    "HS842": Code(title="mục nhật ký không do máy chủ ký"),
    "HS843": Code(title="nhật ký đi ngược thời gian"),
    "HS844": Code(title="lời duyệt chứng kiến một nhật ký khác"),
    "HS845": Code(title="khóa sổ ghi không đúng"),
    "HS846": Code(title="lần gửi không có chữ ký dùng được"),
    "HS847": Code(title="gửi lên nhánh không phải của mình"),
    "HS848": Code(title="đồng hồ máy chủ chạy lùi"),
    "HS849": Code(title="main đã đổi trong lúc xét"),
    "HS850": Code(title="không có quyền ghi"),
    "HS851": Code(title="không điều khoản nào nói tới"),
    "HS852": Code(title="thay đổi không đọc được"),
    "HS853": Code(title="quy chế, mẫu hồ sơ đi cùng hồ sơ"),
    "HS854": Code(title="đề nghị quá nhiều trang"),
    "HS855": Code(title="tự duyệt việc mình viết"),
    "HS856": Code(title="lời duyệt cho nội dung khác"),
    "HS857": Code(title="lời duyệt đã hết hạn"),
    "HS858": Code(title="lời duyệt dùng lại"),
    "HS859": Code(title="lời duyệt theo quy chế khác"),
    "HS860": Code(title="lời duyệt cho nhánh khác"),
    "HS861": Code(title="lời duyệt cho kho khác"),
    "HS862": Code(title="không phải lời duyệt"),
    "HS863": Code(title="vai ghi trong lời duyệt không giữ"),
    "HS864": Code(title="còn thiếu người duyệt"),
    "HS865": Code(title="sổ đã khóa"),
    "HS866": Code(title="giấy đề nghị sửa không dùng được"),
    "HS867": Code(title="sửa không đúng giấy đề nghị"),
    "HS868": Code(title="giá trị cũ không còn đúng"),
    "HS869": Code(title="người đề nghị sửa tự duyệt"),
    "HS870": Code(title="giấy, lệnh đã duyệt bị sửa"),
    "HS871": Code(title="lập giấy đề nghị thay người khác"),
    "HS872": Code(title="nới lịch khóa đã đến hạn"),
    "HS873": Code(title="lệnh mở sổ cho loại không ai mở được"),
    "HS874": Code(title="lời duyệt sai dạng"),
    "HS875": Code(title="chữ ký không phải của nội dung này"),
    "HS876": Code(title="quy chế sửa mà không tăng bản, hoặc bị xóa"),
    "HS880": Code(title="lệnh mở sổ quá dài"),
    "HS881": Code(title="lời duyệt hẹn hạn quá xa"),
    "HS882": Code(title="lời duyệt chỉ có chứng thực"),
    "HS883": Code(title="một khóa hoặc tài khoản ở hai nơi"),
    "HS884": Code(title="thời hạn của khóa sai thứ tự"),
    "HS885": Code(title="trang chưa xong khi khóa sổ"),
    "HS893": Code(title="ý kiến mang tên người khác"),
    "HS894": Code(title="ý kiến không đọc được"),
    "HS895": Code(title="cấu hình nơi đặt kho khác với điều quy chế viết ra"),
    "HS896": Code(title="CODEOWNERS bị đọc khác với điều viết"),
    "HS897": Code(title="cài đặt nơi đặt kho yếu hơn yêu cầu"),
    "HS898": Code(title="duyệt trên nơi đặt kho không tính"),
    "HS899": Code(title="đề nghị trên nơi đặt kho khác với điều đang xét"),
    "HS901": Code(title="loại hồ sơ khai báo sai"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing wrong at one place: a code of `CODES`, a line from 1, words and a remedy."""

    path: str
    line: int
    code: str
    message: str
    hint: str = ""
    #: The record whose judging found this, where that is not the file itself.
    judged: str = field(default="", compare=False)

    @property
    def severity(self) -> Severity:
        return CODES[self.code].severity

    @property
    def place(self) -> tuple[str, int, str, str]:
        """The order in which findings are shown: by file, line and code."""
        return (self.path, self.line, self.code, self.message)
