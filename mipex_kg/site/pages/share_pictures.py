"""Pictures for sharing: what networks and messengers show beside a link to a page.

Each has the name of a thing, or of the site, in the typeface that ships with the site. The same
texts give the same bytes, and one file for the pages in all languages.
"""

from __future__ import annotations

import io
import json
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from mipex_kg.project import layout
from mipex_kg.system.manifest import hash_of

# Pillow is imported where something is drawn: most runs draw nothing.
if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageFont import FreeTypeFont

# What networks ask for: about twice as wide as high, and large enough for any screen.
WIDTH, HEIGHT = 1200, 630
# The fonts, those first whose letters are most frequent.
SCRIPTS = ("latin", "latin-ext", "vietnamese", "greek", "cyrillic")
_REGULAR, _BOLD = 400, 600
# The sizes of a name, and how many lines it may have in each.
_SIZES = ((104, 2), (84, 3), (66, 4), (50, 5))
_SMALL, _LARGE, _MARGIN, _MARK = 34, 104, 84, 76
_ROOM = WIDTH - 2 * _MARGIN
# Sixteen colours, so that a pixel is four bits: steps from the ground to white, and to gold.
_GROUND, _WHITE, _GOLD = (11, 93, 91), (255, 255, 255), (244, 213, 141)
_WHITES, _GOLDS = 10, 6
# What no font has a letter for.
_NO_LETTER = "\uffff"


class SharePicture(NamedTuple):
    """A picture for sharing.

    :param path: of the file, relative to the site; it has a hash of all that is drawn
    :param name: what is drawn, for those who can't see it
    :param is_of_site: whether it stands for the whole site
    """

    path: str
    name: str
    is_of_site: bool
    width: int = WIDTH
    height: int = HEIGHT


class SharePictures:
    """Chooses the picture of a name, and draws it.

    :param title: of the site, in the language of the pages
    :param head: its title in the first language: what has the same name has the same picture
    :param site: its address
    :param fonts: those of the typeface, by script
    """

    def __init__(self, title: str, head: str, site: str, fonts: Mapping[str, bytes]) -> None:
        address = urlsplit(site)
        self._title, self._head = _plain(title), _plain(head)
        self._place = f"{address.hostname or ''}{address.path.rstrip('/')}"
        self._fonts = fonts
        self._opened: dict[tuple[str, int, int], FreeTypeFont] = {}
        self._found: dict[str, str | None] = {" ": SCRIPTS[0]}
        self._widths: dict[tuple[str, int], float] = {}

    @cached_property
    def of_site(self) -> SharePicture | None:
        """The picture of the site; none if its title has letters that no font has."""
        return self._picture(self._title, is_of_site=True)

    def of(self, name: str) -> SharePicture | None:
        """Give the picture of a name; that of the site if it has letters that no font has."""
        return self._picture(_plain(name), is_of_site=False) or self.of_site

    def _picture(self, name: str, *, is_of_site: bool) -> SharePicture | None:
        if not name or not self._has(name):
            return None
        head = "" if is_of_site else self._head
        drawn = json.dumps([self._style, head, self._place, name, is_of_site])
        path = f"{layout.PICTURES}{hash_of(drawn.encode())[:20]}.png"
        return SharePicture(path, name, is_of_site)

    @cached_property
    def _style(self) -> str:
        """A hash of all that decides how texts are drawn."""
        from PIL import __version__

        code = Path(__file__).read_bytes()
        return hash_of(b"".join((code, __version__.encode(), *self._fonts.values())))

    def draw(self, picture: SharePicture) -> bytes:
        """Draw a picture, as PNG."""
        from PIL import Image, ImageChops

        layer = Image.new("L", (WIDTH, HEIGHT))
        size, lines = self._lines(picture.name)
        line_height = round(size * 1.18)
        # The middle of most letters is about a third of their size above the line.
        first = HEIGHT // 2 + size // 3 - line_height * (len(lines) - 1) // 2 + 10
        for number, line in enumerate(lines):
            self._write(layer, line, _MARGIN, first + number * line_height, size, _BOLD)
        self._write_small(layer, self._place, _MARGIN, HEIGHT - _MARGIN + 14)
        if not picture.is_of_site:
            self._write_small(layer, self._head, _MARGIN + _MARK + 24, _MARGIN + _MARK // 2 + 6)
        drawn = ImageChops.lighter(self._ground, layer.point(_steps(_WHITES)))
        drawn.putpalette(_palette())
        file = io.BytesIO()
        # By runs of one colour (3) it takes a third of the time, and is as small.
        drawn.save(file, "PNG", bits=4, compress_type=3)
        return file.getvalue()

    @cached_property
    def _ground(self) -> Image:
        """What all pictures have: the site's mark, small and whole, and large and cut off."""
        from PIL import Image, ImageChops

        ground = Image.new("L", (WIDTH, HEIGHT))
        large, gold = _mark(620)
        shade = ImageChops.lighter(large, gold).point([int(value > 127) for value in range(256)])
        ground.paste(shade, (WIDTH - 430, HEIGHT - 500))
        white, gold = _mark(_MARK)
        steps = gold.point(
            [value * _GOLDS // 256 + _WHITES if value > 24 else 0 for value in range(256)]
        )
        ground.paste(
            ImageChops.lighter(white.point(_steps(_WHITES)), steps), (_MARGIN, _MARGIN - 14)
        )
        return ground

    def _lines(self, name: str) -> tuple[int, list[str]]:
        """Part a name into lines, in the largest size in which there is room for it."""
        for size, most in _SIZES:
            lines = self._parted(name, size, _BOLD, _ROOM)
            longest = max(self._width(word, size, _BOLD) for word in name.split())
            if len(lines) <= most and longest <= _ROOM:
                return size, lines
        return size, lines if len(lines) <= most else [*lines[: most - 1], _cut(lines[most - 1])]

    def _parted(self, text: str, size: int, weight: int, room: int) -> list[str]:
        """Part a text into lines, between words, and inside of those that are too long."""
        rows: list[str] = []
        for word in text.split():
            longer = f"{rows[-1]} {word}" if rows else word
            if rows and self._width(longer, size, weight) <= room:
                rows[-1] = longer
                continue
            rows.append("")
            for letter in word:
                if rows[-1] and self._width(rows[-1] + letter, size, weight) > room:
                    rows.append("")
                rows[-1] += letter
        return rows

    def _write_small(self, layer: Image, text: str, left: int, base: int) -> None:
        """Write a line in the small size; nothing if no font has its letters."""
        if text and self._has(text):
            lines = self._parted(text, _SMALL, _REGULAR, WIDTH - _MARGIN - left)
            line = lines[0] if len(lines) == 1 else _cut(lines[0])
            self._write(layer, line, left, base, _SMALL, _REGULAR)

    def _write(
        self, layer: Image, text: str, left: float, base: int, size: int, weight: int
    ) -> None:
        from PIL import ImageDraw

        draw = ImageDraw.Draw(layer)
        for script, run in self._runs(text):
            font = self._font(script, size, weight)
            draw.text((left, base), run, fill=255, font=font, anchor="ls")
            left += font.getlength(run)

    def _width(self, text: str, size: int, weight: int) -> float:
        return sum(self._width_of_letter(letter, weight) for letter in text) * size

    def _width_of_letter(self, letter: str, weight: int) -> float:
        """Give the width of a letter, as a share of the size: no pair has a width of its own."""
        if (letter, weight) not in self._widths:
            font = self._font(self._script(letter) or SCRIPTS[0], _LARGE, weight)
            self._widths[letter, weight] = font.getlength(letter) / _LARGE
        return self._widths[letter, weight]

    def _runs(self, text: str) -> Iterator[tuple[str, str]]:
        """Part a text into runs of letters that one font has."""
        last, run = SCRIPTS[0], ""
        for letter in text:
            script = self._script(letter) or last
            if run and script != last:
                yield last, run
                run = ""
            last, run = script, run + letter
        if run:
            yield last, run

    def _has(self, text: str) -> bool:
        """Tell whether there are letters for a text."""
        return all(map(self._script, text))

    def _script(self, letter: str) -> str | None:
        """Name the first font that has a letter, if one has it."""
        if letter not in self._found:
            self._found[letter] = self._find(letter)
        return self._found[letter]

    def _find(self, letter: str) -> str | None:
        # Accents that stay apart from their letter, and texts from right to left, take more than
        # putting one thing beside another.
        is_simple = letter.isprintable() and not unicodedata.combining(letter)
        if not is_simple or unicodedata.bidirectional(letter) in ("R", "AL"):
            return None
        return next((script for script in SCRIPTS if self._is_in(script, letter)), None)

    def _is_in(self, script: str, letter: str) -> bool:
        if script not in self._fonts:
            return False
        font = self._font(script, _SMALL, _REGULAR)
        drawn, nothing = font.getmask(letter), font.getmask(_NO_LETTER)
        return (drawn.size, bytes(drawn)) != (nothing.size, bytes(nothing))

    def _font(self, script: str, size: int, weight: int) -> FreeTypeFont:
        key = (script, size, weight)
        if key not in self._opened:
            from PIL import ImageFont

            # What sets letters by all rules of a script isn't on every machine.
            simple = ImageFont.Layout.BASIC
            font = ImageFont.truetype(io.BytesIO(self._fonts[script]), size, layout_engine=simple)
            font.set_variation_by_axes([weight])
            self._opened[key] = font
        return self._opened[key]


def _mark(size: int) -> tuple[Image, Image]:
    """Draw the site's mark, as in its icon: what is white in it, and what is gold."""
    from PIL import Image, ImageDraw

    often = 4
    unit = size * often / 24
    white, gold = (Image.new("L", (size * often, size * often)) for _ in range(2))
    top, left, right = ((x * unit, y * unit) for x, y in ((12, 5), (5, 19), (19, 19)))
    pen = ImageDraw.Draw(white)
    pen.line([left, top, right], fill=255, width=round(2.4 * unit))
    for (x, y), layer in ((left, white), (right, white), (top, gold)):
        box = [x - 3.6 * unit, y - 3.6 * unit, x + 3.6 * unit, y + 3.6 * unit]
        pen.ellipse(box, fill=0)
        ImageDraw.Draw(layer).ellipse(box, fill=255)
    return white.reduce(often), gold.reduce(often)


def _steps(number: int) -> list[int]:
    """Give the step, of so many, for each degree to which a pixel is covered."""
    return [round(value * (number - 1) / 255) for value in range(256)]


def _palette() -> list[int]:
    whites = ((_WHITE, step / (_WHITES - 1)) for step in range(_WHITES))
    golds = ((_GOLD, (step + 1) / _GOLDS) for step in range(_GOLDS))
    return [
        round(start + (end - start) * share)
        for colour, share in (*whites, *golds)
        for start, end in zip(_GROUND, colour, strict=True)
    ]


def _plain(text: str) -> str:
    """Write a text in one line, each letter with its accents as one."""
    return unicodedata.normalize("NFC", " ".join(text.split()))


def _cut(line: str) -> str:
    return f"{line[:-1].rstrip()}…"
