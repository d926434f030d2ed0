"""What a file is: its content says so, not its name."""

import io
import os
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.escalations.errors import Refused
from amends.escalations.file_kinds import ENDINGS, MOST_LETTERS, check, safe_name

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(30)
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\0" + bytes(50) + b"\xff\xd9"
GIF = b"GIF89a\1\0\1\0" + bytes(20) + b";"
WEBP = b"RIFF\x24\0\0\0WEBPVP8 " + bytes(40)
PDF = b"%PDF-1.7\n%\xe2\xe3\n1 0 obj\n<< >>\n%%EOF"
MP4 = b"\0\0\0\x20ftypisom\0\0\2\0isomiso2avc1mp41" + bytes(40)
MAIL = b"From: maria@brightwater.example\r\nSubject: Orders\r\n\r\n<html>Twice!</html>"


def packed(*names, mimetype=""):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        if mimetype:
            archive.writestr(zipfile.ZipInfo("mimetype"), mimetype)
        for name in names:
            archive.writestr(zipfile.ZipInfo(name), "x")
    return file.getvalue()


WORD = packed("[Content_Types].xml", "word/document.xml")
OPEN = "application/vnd.oasis.opendocument"
OFFICE = "application/vnd.openxmlformats-officedocument"


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("screen.png", PNG, "image/png"),
        ("photo.jpeg", JPEG, "image/jpeg"),
        ("photo.JPG", JPEG, "image/jpeg"),
        ("a.gif", GIF, "image/gif"),
        ("a.webp", WEBP, "image/webp"),
        ("a.mp4", MP4, "video/mp4"),
        ("a.pdf", PDF, "application/pdf"),
        ("a.zip", packed("a.exe"), "application/zip"),
        ("a.zip", WORD, "application/zip"),
        ("a.docx", WORD, f"{OFFICE}.wordprocessingml.document"),
        ("a.xlsx", packed("[Content_Types].xml", "xl/workbook.xml"), f"{OFFICE}.spreadsheetml.sheet"),
        ("a.pptx", packed("[Content_Types].xml", "ppt/slides.xml"), f"{OFFICE}.presentationml.presentation"),
        ("a.odt", packed(mimetype=f"{OPEN}.text"), f"{OPEN}.text"),
        ("a.ods", packed(mimetype=f"{OPEN}.spreadsheet"), f"{OPEN}.spreadsheet"),
        ("a.txt", b"Orders arrive twice.", "text/plain"),
        ("a.log", b"12:00 502 <html>Bad gateway</html>\n\x1b[31mfailed\x1b[0m", "text/plain"),
        ("a.txt", "Größe".encode("utf-16"), "text/plain"),
        ("a.txt", "Größe".encode("cp1252"), "text/plain"),
        ("a.txt", b"MZ-700 orders came twice", "text/plain"),
        ("a.md", b"# What we know", "text/plain"),
        ("a.csv", b"order,count\n1,2\n", "text/csv"),
        ("a.json", b'{"orders": 2}', "application/json"),
        ("a.eml", MAIL, "message/rfc822"),
    ],
)
def test_what_we_take_is_told_by_its_content(name, content, kind):
    found = check(name, content)

    assert found.kind == kind
    assert found.name.lower() == name.lower()


@pytest.mark.parametrize(
    ("name", "content", "kept_as"),
    [
        ("photo.jpg", PNG, "photo.png"),
        ("notes.txt", PDF, "notes.pdf"),
        ("report.docx", packed("a.txt"), "report.zip"),
        ("report.xlsx", WORD, "report.docx"),
        ("screenshot", PNG, "screenshot.png"),
        ("trace", b"12:00 failed", "trace.txt"),
    ],
)
def test_a_name_with_another_ending_is_put_right(name, content, kept_as):
    assert check(name, content).name == kept_as


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("setup.exe", b"MZ\x90\0" + bytes(600), "files that end in .exe are not taken"),
        ("setup.txt", b"MZ\x90\0" + bytes(600), "is a program"),
        ("setup.pdf", b"\x7fELF\2\1\1" + bytes(600), "is a program"),
        ("setup.png", b"\xca\xfe\xba\xbe\0\0\0\x34" + bytes(60), "is a program"),
        ("run.sh", b"#!/bin/sh\nrm -rf /", "files that end in .sh"),
        ("run.txt", b"#!/bin/sh\nrm -rf /", "is a script"),
        ("run.log", b"\xef\xbb\xbf  @echo off\r\ndel *", "is a script"),
        ("page.html", b"hello", "files that end in .html"),
        ("page.svg", b"<svg/>", "files that end in .svg"),
        ("page.txt", b" \n<!DOCTYPE html><script>alert(1)</script>", "is a web page"),
        ("page.txt", "<html><script>alert(1)</script>".encode("utf-16"), "is a web page"),
        ("page.md", b"<script>alert(1)</script>", "is a web page"),
        ("page.csv", b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>", "is a web page"),
        ("page.png", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'></svg>", "is a web page"),
        ("report.pdf", b"just words", "is no PDF file"),
        ("photo.jpg", b"just words", "is no JPG file"),
        ("report.docx", packed("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"), "has macros"),
        ("report.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "files that end in .doc are"),
        ("what", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "cannot be told"),
        ("noise.txt", b"\0\1\2\3", "cannot be told"),
        ("nothing.txt", b"", "is empty"),
        ("torn.zip", packed("a.txt")[:-10], "cannot be told"),
    ],
)
def test_what_we_do_not_take_is_refused_with_what_to_do(name, content, says):
    with pytest.raises(Refused) as refused:
        check(name, content)

    assert says in refused.value.sentence
    assert refused.value.field == "files"


@pytest.mark.parametrize(
    "content",
    [
        GIF + b"<script>alert(1)</script>",
        PNG + b"<?php system($_GET['c']); ?>",
        JPEG + packed("Evil.class", "META-INF/MANIFEST.MF"),
        b"%PDF-1.7\n<html><script>alert(1)</script>",
        b"garbage" + packed("a.txt"),
    ],
)
def test_one_file_hidden_in_another_is_refused(content):
    with pytest.raises(Refused, match="second file hidden"):
        check("picture.png", content)


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\maria\\orders.csv", "orders.csv"),
        ("photo\u202egpj.txt", "photo gpj.txt"),
        ("two\nlines\r\n.txt", "two lines.txt"),
        ("zero\u200bwidth.txt", "zero width.txt"),
        ('a"b<c>|d?.txt', "a_b_c__d_.txt"),
        ("...", "file"),
        ("", "file"),
        ("Größe — März.pdf", "Größe — März.pdf"),
        ("report.PDF", "report.pdf"),
    ],
)
def test_a_name_is_made_safe_and_stays_readable(name, safe):
    assert safe_name(name) == safe


@given(st.text(max_size=400), st.binary(max_size=300))
def test_whatever_comes_in_is_a_kind_that_we_take_under_a_safe_name_or_refused(name, content):
    try:
        found = check(name, content)
    except Refused as refused:
        assert refused.field == "files"
        return

    assert found.kind in ENDINGS
    assert found.name.rpartition(".")[2] in ENDINGS[found.kind]
    assert 0 < len(found.name) <= MOST_LETTERS + 6
    assert found.name.isprintable()
    assert "/" not in found.name
    assert "\\" not in found.name


def test_ten_megabytes_are_judged_quickly():
    for name, content in (("a.png", PNG + os.urandom(10_000_000)), ("a.log", b"a line of a log\n" * 600_000)):
        assert check(name, content).name == name
