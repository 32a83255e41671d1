"""What a reader finds in a PDF: its text in order, its metadata, its attachments."""

import io

import pikepdf
import pypdfium2


def pages_of(pdf):
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [page.get_textpage().get_text_range() for page in document]
    finally:
        document.close()


def text_of(pdf):
    """All words, with every kind of line end as one blank."""
    return " ".join(" ".join(pages_of(pdf)).replace("￾", "").split())


def metadata_of(pdf):
    with pikepdf.open(io.BytesIO(pdf)) as document:
        facts = " ".join(str(value) for value in document.docinfo.values())
        return facts + document.Root.Metadata.read_bytes().decode()


def attachments_of(pdf):
    with pikepdf.open(io.BytesIO(pdf)) as document:
        found = {}
        for name, spec in document.attachments.items():
            found[name] = (spec.get_file().read_bytes(), str(spec.obj.AFRelationship))
        return found
