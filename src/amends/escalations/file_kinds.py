"""What a file is, told by its content, whatever its name says; and under which name it is kept."""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from dataclasses import dataclass

import puremagic

from amends.escalations.errors import Refused

MOST_LETTERS = 120
_FIELD = "files"
_TEXT = "text/plain"
_ZIP = "application/zip"
_OFFICE = "application/vnd.openxmlformats-officedocument"
_OPEN = "application/vnd.oasis.opendocument"

# What is taken. The first ending is the one that a file gets whose name says something else.
ENDINGS: dict[str, tuple[str, ...]] = {
    "image/png": ("png",),
    "image/jpeg": ("jpg", "jpeg"),
    "image/gif": ("gif",),
    "image/webp": ("webp",),
    "video/mp4": ("mp4",),
    "application/pdf": ("pdf",),
    _ZIP: ("zip",),
    f"{_OFFICE}.wordprocessingml.document": ("docx",),
    f"{_OFFICE}.spreadsheetml.sheet": ("xlsx",),
    f"{_OFFICE}.presentationml.presentation": ("pptx",),
    f"{_OPEN}.text": ("odt",),
    f"{_OPEN}.spreadsheet": ("ods",),
    _TEXT: ("txt", "log", "md"),
    "text/csv": ("csv",),
    "application/json": ("json",),
    "message/rfc822": ("eml",),
}
PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
# For the browser's dialog to choose files
ACCEPTED = ",".join(f".{ending}" for endings in ENDINGS.values() for ending in endings)
_KIND_OF = {ending: kind for kind, endings in ENDINGS.items() for ending in endings}
_WRITTEN = frozenset({_TEXT, "text/csv", "application/json", "message/rfc822"})
_INSIDE = {
    "word/": f"{_OFFICE}.wordprocessingml.document",
    "xl/": f"{_OFFICE}.spreadsheetml.sheet",
    "ppt/": f"{_OFFICE}.presentationml.presentation",
}

_WE_TAKE = "We take pictures, PDF, text, office documents, mails and zip files: put anything else into a zip file."
# How programs begin: of Windows, Linux, macOS, Java; a shortcut; a script
_PROGRAMS = (b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe", b"L\0\0\0\x01\x14\x02\0")
_SCRIPT = re.compile(r"#!|@echo off\b|<\?php", re.IGNORECASE)
# How pages begin, by what browsers take for one
_PAGE = re.compile(
    r"<(?:!doctype|!--|\?xml|(?:html|head|body|script|style|title|iframe|svg|table|div|font|link|meta|img|h[1-6]|"
    r"object|embed|form|a|b|p|br)[\s>/])",
    re.IGNORECASE,
)
_PAGE_INSIDE = re.compile(rb"<(?:script|html|svg|!doctype html|\?php)[\s>/]", re.IGNORECASE)
# What no text has: all but tabs, line ends, form feeds, and the colours of logs
_NOT_WRITTEN = re.compile(r"[\x00-\x07\x0e-\x1a\x1c-\x1f]")


@dataclass(frozen=True, slots=True)
class Checked:
    """What a file is, and its name made safe, with an ending that does not lie."""

    name: str
    kind: str


def check(name: str, content: bytes) -> Checked:
    """Tell what it is. Raises Refused for what we do not take: programs, pages, whatever hides one in another.

    A name with another ending that we know is put right (a PNG called photo.jpg becomes photo.png); a name that
    promises a document where there is only text is refused, since nobody can say what it was to be.
    """
    name = safe_name(name)
    stem, ending = _parted(name)
    if not content:
        raise Refused(f"“{name}” is empty.", field=_FIELD)
    if ending and ending not in _KIND_OF:
        raise Refused(f"“{name}”: files that end in .{ending} are not taken. {_WE_TAKE}", field=_FIELD)
    found = _found(name, content)
    claimed = _KIND_OF.get(ending, "")
    if found in (_TEXT, claimed) and claimed in _WRITTEN:
        return Checked(name, claimed)
    if found == claimed or (claimed == _ZIP and _is_zip(content)):
        return Checked(name, claimed)
    if found == _TEXT and claimed:
        raise Refused(
            f"“{name}” is no {ending.upper()} file, whatever its name says. Save it anew, and attach that.",
            field=_FIELD,
        )
    return Checked(f"{stem}.{ENDINGS[found][0]}", found)


def safe_name(name: str) -> str:
    """The name without its folders, and without what hides how it ends; short enough to be read."""
    name = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    # Control characters, and marks that turn the direction of writing round
    name = "".join(" " if unicodedata.category(letter)[0] in "CZ" else letter for letter in name)
    name = " ".join(re.sub(r'[<>:"|?*]', "_", name).split()).strip(". ")
    stem, ending = _parted(name)
    if not stem.strip("_ "):
        stem = "file"
    tail = f".{ending}" if ending else ""
    return f"{stem[: MOST_LETTERS - len(tail)].rstrip('. ')}{tail}"


def _parted(name: str) -> tuple[str, str]:
    """The name and its ending, in small letters: ("report", "pdf")."""
    stem, dot, ending = name.rpartition(".")
    return (stem, ending.lower()) if dot and re.fullmatch(r"\w{1,12}", ending) else (name, "")


def _found(name: str, content: bytes) -> str:
    """Which kind the content is."""
    if (kind := _by_signature(content)) is not None:
        if _hides_another(kind, content):
            raise Refused(f"“{name}” has a second file hidden in it. Save it anew, and attach that.", field=_FIELD)
        return kind
    if _is_zip(content):
        return _in_zip(name, content)
    if content.startswith(_PROGRAMS) and b"\0" in content[:512]:
        raise Refused(f"“{name}” is a program. Programs are not taken.", field=_FIELD)
    text = _as_text(content)
    if text is None:
        raise Refused(f"What “{name}” is cannot be told. {_WE_TAKE}", field=_FIELD)
    start = text[:2048].lstrip()
    if _SCRIPT.match(start):
        raise Refused(f"“{name}” is a script. Programs are not taken; a zip file with it is.", field=_FIELD)
    if _PAGE.match(start):
        raise Refused(f"“{name}” is a web page. Print it as PDF, and attach that.", field=_FIELD)
    return _TEXT


def _by_signature(content: bytes) -> str | None:
    """Pictures, films and PDF by how they begin."""
    try:
        matches = puremagic.magic_string(content[:4096])
    except (puremagic.PureError, ValueError):
        return None
    surest = max(match.confidence for match in matches)
    kinds = [match.mime_type for match in matches if match.confidence == surest]
    return next((kind for kind in kinds if kind in PICTURES or kind in ("video/mp4", "application/pdf")), None)


def _hides_another(kind: str, content: bytes) -> bool:
    if kind in PICTURES:
        return bool(_PAGE_INSIDE.search(content)) or _is_zip(content)
    return bool(_PAGE_INSIDE.search(content[:1024]))


def _is_zip(content: bytes) -> bool:
    return zipfile.is_zipfile(io.BytesIO(content))


def _in_zip(name: str, content: bytes) -> str:
    """A zip file, or which of the documents that are zip files themselves."""
    if not content.startswith(b"PK"):
        raise Refused(f"“{name}” has a second file hidden in it. Save it anew, and attach that.", field=_FIELD)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            inside = packed.namelist()
            if "mimetype" in inside:
                with packed.open("mimetype") as file:
                    told = file.read(100).decode("ascii", "replace").strip()
                return told if told in ENDINGS and told.startswith(_OPEN) else _ZIP
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, ValueError, EOFError) as error:
        raise Refused(f"“{name}” is damaged. Save it anew, and attach that.", field=_FIELD) from error
    if "[Content_Types].xml" not in inside:
        return _ZIP
    if any(each.rpartition("/")[2].lower() == "vbaproject.bin" for each in inside):
        raise Refused(f"“{name}” has macros in it. Save it without them, and attach that.", field=_FIELD)
    return next((kind for folder, kind in _INSIDE.items() if any(each.startswith(folder) for each in inside)), _ZIP)


def _as_text(content: bytes) -> str | None:
    """What is written there, if it is text at all: UTF-8, UTF-16 with its mark, or Windows's own."""
    encoding = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    for each in (encoding, "cp1252"):
        try:
            text = content.decode(each)
        except UnicodeDecodeError:
            continue
        return None if _NOT_WRITTEN.search(text) else text
    return None
