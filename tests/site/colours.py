"""Compute the contrast of two colours as WCAG 2 defines it."""

from __future__ import annotations

import re


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours as WCAG 2 defines it."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    """Return the relative luminance of #rrggbb or #rgb."""
    digits = colour.removeprefix("#")
    pairs = [digits[place : place + 2] for place in (0, 2, 4)] if len(digits) == 6 else [digit * 2 for digit in digits]
    red, green, blue = (linear(int(pair, 16) / 255) for pair in pairs)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


def hexadecimal(computed: str) -> str:
    """Return a browser's rgb(0, 17, 143) as #00118f."""
    red, green, blue = (int(number) for number in re.findall(r"\d+", computed)[:3])
    return f"#{red:02x}{green:02x}{blue:02x}"
