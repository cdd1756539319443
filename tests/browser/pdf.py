"""Reads what a printed page says, for tests of what comes out on paper."""

from dataclasses import dataclass
from pathlib import Path

from pypdf import PdfReader


@dataclass(frozen=True)
class Printed:
    """A printed document; spaces are left out, since the page puts them by moving and not by writing."""

    pages: int
    text: str

    def says(self, words: str) -> bool:
        return "".join(words.split()) in self.text


def read_pdf(path: Path) -> Printed:
    pages = PdfReader(path).pages
    return Printed(len(pages), "".join("".join(page.extract_text().split()) for page in pages))
