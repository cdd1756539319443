"""Reads what a printed page says: the text of a PDF as Chromium writes it, for tests of what comes out on paper."""

import re
import zlib
from dataclasses import dataclass
from pathlib import Path

_OBJECT = re.compile(rb"(\d+) 0 obj\s(.*?)endobj", re.DOTALL)
_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
_SHOWN = re.compile(rb"/(F\d+) [\d.]+ Tf|<([0-9A-Fa-f]+)>")

Glyphs = dict[int, str]


@dataclass(frozen=True)
class Printed:
    """A printed document; spaces are left out, since the page puts them by moving and not by writing."""

    pages: int
    text: str

    def says(self, words: str) -> bool:
        return "".join(words.split()) in self.text


def read_pdf(path: Path) -> Printed:
    whole = path.read_bytes()
    objects = {int(number): body for number, body in _OBJECT.findall(whole)}
    pages = [body for body in objects.values() if re.search(rb"/Type /Page\b", body)]
    return Printed(len(pages), "".join(_text(objects, page) for page in pages))


def _text(objects: dict[int, bytes], page: bytes) -> str:
    fonts = {name: _font(objects, int(number)) for name, number in re.findall(rb"/(F\d+) (\d+) 0 R", page)}
    contents = re.search(rb"/Contents (\d+) 0 R", page)
    said = _said(_stream(objects[int(contents[1])] if contents else page), fonts)
    forms = [objects[int(number)] for _, number in re.findall(rb"/(X\d+) (\d+) 0 R", page)]
    return said + "".join(_text(objects, form) for form in forms if b"/Subtype /Form" in form)


def _said(stream: bytes, fonts: dict[bytes, tuple[Glyphs, bool]]) -> str:
    said = ""
    glyphs: Glyphs = {}
    wide = True
    for font, code in _SHOWN.findall(stream):
        if font:
            glyphs, wide = fonts[font]
        elif code:
            step = 4 if wide else 2
            said += "".join(glyphs.get(int(code[at : at + step], 16), "") for at in range(0, len(code), step))
    return "".join(said.split())


def _stream(body: bytes) -> bytes:
    found = _STREAM.search(body)
    assert found is not None
    return zlib.decompress(found[1]) if b"FlateDecode" in body[: found.start()] else found[1]


def _font(objects: dict[int, bytes], number: int) -> tuple[Glyphs, bool]:
    """What each glyph stands for, and whether its codes are two bytes long."""
    body = objects[number]
    named = re.search(rb"/ToUnicode (\d+) 0 R", body)
    table = _stream(objects[int(named[1])]) if named else b""
    glyphs: Glyphs = {}
    for block in re.findall(rb"beginbfchar(.*?)endbfchar", table, re.DOTALL):
        for code, to in re.findall(rb"<([0-9A-Fa-f]+)> <([0-9A-Fa-f]+)>", block):
            glyphs[int(code, 16)] = bytes.fromhex(to.decode()).decode("utf-16-be")
    for block in re.findall(rb"beginbfrange(.*?)endbfrange", table, re.DOTALL):
        for first, last, to in re.findall(rb"<([0-9A-Fa-f]+)> <([0-9A-Fa-f]+)> <([0-9A-Fa-f]+)>", block):
            for code in range(int(first, 16), int(last, 16) + 1):
                glyphs[code] = chr(int(to, 16) + code - int(first, 16))
    return glyphs, b"/Subtype /Type0" in body
