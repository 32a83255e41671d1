"""The Vietnamese words that Decap's own translation lacks or has wrong, by their place in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_LINES = """
auth.loginWithAzure=Đăng nhập bằng Azure
auth.loginWithForgejo=Đăng nhập bằng Forgejo
collection.collectionTop.viewAsList=Xem dạng danh sách
collection.collectionTop.viewAsGrid=Xem dạng ô
collection.collectionTop.groupBy=Gộp theo
collection.entries.unpublishedHeader=Bài chưa đăng
collection.groups.other=Khác
collection.groups.negateLabel=Không %{label}
editor.editorControl.field.widgetLabel=Ô %{widgetLabel}
editor.editorControlPane.i18n.writingInLocale=Đang viết bằng %{locale}
editor.editorControlPane.i18n.copyFromLocale=Chép từ ngôn ngữ khác
editor.editorControlPane.i18n.copyFromLocaleConfirm=Chép từ %{locale}? Nội dung đang có sẽ mất.
editor.editorInterface.toggleI18n=Bật tắt ngôn ngữ
editor.editorInterface.togglePreview=Bật tắt xem trước
editor.editorInterface.toggleScrollSync=Cuộn cùng nhau
editor.editorInterface.toggleNotes=Bật tắt ghi chú
editor.editorNotesPane.title=Ghi chú
editor.editorNotesPane.emptyState=Chưa có ghi chú nào.
editor.editorNotesPane.addNote=Thêm ghi chú
editor.editorNotesPane.addPlaceholder=Viết ghi chú…
editor.editorNotesPane.editPlaceholder=Sửa ghi chú…
editor.editorNotesPane.save=Lưu
editor.editorNotesPane.cancel=Thôi
editor.editorNotesPane.edit=Sửa
editor.editorNotesPane.delete=Xóa
editor.editorNotesPane.resolve=Đánh dấu đã xong
editor.editorNotesPane.unresolve=Mở lại
editor.editorNotesPane.confirmDelete=Xóa ghi chú này?
editor.editorNotesPane.shortcut=Bấm Ctrl+Enter để thêm nhanh
editor.editorToolbar.status=Trạng thái: %{status}
editor.editorToolbar.statusInfoTooltipDraft=Đang là bản nháp. Đổi trạng thái để gửi đi duyệt.
editor.editorToolbar.statusInfoTooltipInReview=Bài đang chờ duyệt. Vẫn sửa được trong lúc chờ.
editor.editorWidgets.markdown.bold=Chữ đậm
editor.editorWidgets.markdown.italic=Chữ nghiêng
editor.editorWidgets.markdown.strikethrough=Gạch ngang
editor.editorWidgets.markdown.code=Mã
editor.editorWidgets.markdown.link=Liên kết
editor.editorWidgets.markdown.linkPrompt=Địa chỉ của liên kết
editor.editorWidgets.markdown.headings=Đầu mục
editor.editorWidgets.markdown.quote=Trích dẫn
editor.editorWidgets.markdown.bulletedList=Danh sách chấm đầu dòng
editor.editorWidgets.markdown.numberedList=Danh sách đánh số
editor.editorWidgets.markdown.addComponent=Thêm thành phần
editor.editorWidgets.markdown.toggleMode.rich=Chuyển sang soạn thảo có định dạng
editor.editorWidgets.markdown.toggleMode.markdown=Chuyển sang chữ thô
editor.editorWidgets.image.chooseMultiple=Chọn các ảnh
editor.editorWidgets.image.chooseUrl=Lấy từ địa chỉ
editor.editorWidgets.image.replaceUrl=Thay bằng địa chỉ
editor.editorWidgets.image.promptUrl=Địa chỉ của ảnh
editor.editorWidgets.image.addMore=Thêm ảnh
editor.editorWidgets.image.removeAll=Bỏ hết ảnh
editor.editorWidgets.file.chooseUrl=Lấy từ địa chỉ
editor.editorWidgets.file.chooseMultiple=Chọn các tệp
editor.editorWidgets.file.replaceUrl=Thay bằng địa chỉ
editor.editorWidgets.file.promptUrl=Địa chỉ của tệp
editor.editorWidgets.file.addMore=Thêm tệp
editor.editorWidgets.file.removeAll=Bỏ hết tệp
editor.editorWidgets.datetime.setToNow=Ghi %{fieldLabel} là bây giờ
editor.editorWidgets.list.add=Thêm %{item}
editor.editorWidgets.list.addType=Thêm %{item}
editor.editorWidgets.object.expand=Mở ra
editor.editorWidgets.object.collapse=Thu lại
mediaLibrary.mediaLibraryCard.copy=Chép
mediaLibrary.mediaLibraryCard.copyUrl=Chép địa chỉ
mediaLibrary.mediaLibraryCard.copyPath=Chép đường dẫn
mediaLibrary.mediaLibraryCard.copyName=Chép tên
mediaLibrary.mediaLibraryCard.copied=Đã chép
mediaLibrary.mediaLibraryModal.close=Đóng
ui.settingsDropdown.account=Tài khoản
ui.toast.noteAdded=Đã thêm ghi chú
ui.toast.onFailToAddNote=Chưa thêm được ghi chú: %{details}
ui.toast.noteUpdated=Đã sửa ghi chú
ui.toast.onFailToUpdateNote=Chưa sửa được ghi chú: %{details}
ui.toast.noteDeleted=Đã xóa ghi chú
ui.toast.onFailToDeleteNote=Chưa xóa được ghi chú: %{details}
ui.toast.noteResolved=Ghi chú đã xong
ui.toast.noteReopened=Đã mở lại ghi chú
ui.toast.onFailToToggleNote=Chưa đổi được ghi chú: %{details}
"""


def words() -> Mapping[str, Any]:
    """The words as Decap reads them: groups in groups."""
    found: dict[str, Any] = {}
    for line in _LINES.strip().splitlines():
        place, _, said = line.partition("=")
        *groups, name = place.split(".")
        group = found
        for each in groups:
            group = group.setdefault(each, {})
        group[name] = said
    return found
