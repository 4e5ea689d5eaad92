"""Write what XML is made of."""

from __future__ import annotations


def element(name: str, text: str) -> str:
    """Return an element that holds a text; the characters that XML cannot hold do not pass the reading of files."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f"<{name}>{text}</{name}>\n"
