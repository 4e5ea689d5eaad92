"""Draw the letters of the pictures for sharing: needs Pillow, and Debian's fonts-noto-cjk.

python -m venv /tmp/draw && /tmp/draw/bin/pip install pillow && PYTHONPATH=. /tmp/draw/bin/python tools/letters.py
"""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from goalsheets.picture import DIGIT, GLYPHS, INKS, SIZE, png

FONT = "/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc"
BASELINE = 0.88


def main() -> None:
    """Draw each letter into its place, as wide as the pictures take it to be."""
    font = ImageFont.truetype(FONT, SIZE, index=0)
    widths = [DIGIT if letter.isdigit() else SIZE for letter in GLYPHS]
    sheet = Image.new("L", (sum(widths), SIZE))
    draw = ImageDraw.Draw(sheet)
    left = 0
    for letter, width in zip(GLYPHS, widths, strict=True):
        advance = font.getlength(letter)
        if abs(advance - width) > 1:
            message = f"{letter} is {advance} pixels wide, not {width}"
            raise SystemExit(message)
        draw.text((left + (width - advance) / 2, BASELINE * SIZE), letter, fill=255, font=font, anchor="ls")
        left += width
    inks = [round(value * (INKS - 1) / 255) for value in sheet.tobytes()]
    rows = [
        bytes([inks[at] << 4 | inks[at + 1] for at in range(start, start + left, 2)])
        for start in range(0, left * SIZE, left)
    ]
    target = Path(__file__).resolve().parents[1] / "templates/pictures/letters.png"
    target.write_bytes(png(left, rows))


if __name__ == "__main__":
    main()
