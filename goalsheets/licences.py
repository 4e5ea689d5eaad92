"""Say on what terms the content may be used; nothing is guessed."""

from __future__ import annotations

UNCONFIRMED = "unconfirmed"

SPDX = frozenset(
    (
        *(
            f"CC-{kind}-{version}"
            for kind in ("BY", "BY-SA", "BY-NC", "BY-ND")
            for version in ("2.0", "2.5", "3.0", "4.0")
        ),
        *(f"CC-BY-NC-{kind}-{version}" for kind in ("SA", "ND") for version in ("2.0", "2.5", "3.0", "4.0")),
        *("CC-BY-2.1-JP", "CC-BY-SA-2.1-JP", "CC0-1.0", "CC-PDDC", "PDDL-1.0"),
        *("ODbL-1.0", "ODC-By-1.0", "CDLA-Permissive-1.0", "CDLA-Permissive-2.0", "CDLA-Sharing-1.0"),
        *("OGL-UK-3.0", "OGL-Canada-2.0", "DL-DE-BY-2.0", "DL-DE-ZERO-2.0", "etalab-2.0", "NLOD-2.0"),
        *("GFDL-1.3-only", "GFDL-1.3-or-later", "LAL-1.3", "C-UDA-1.0", "O-UDA-1.0"),
    )
)
"""The SPDX names of licences for texts and data (SPDX License List 3.25)."""


def licence_address(licence: str) -> str | None:
    """Return where the terms stand; None where they are unconfirmed."""
    if licence in SPDX:
        return f"https://spdx.org/licenses/{licence}.html"
    return None if licence == UNCONFIRMED else licence


def licence_words(licence: str) -> str:
    """Say the terms in words, as every page and every file of data does."""
    if licence == UNCONFIRMED:
        return "シートの内容の利用条件は、市に確認できていません。"
    return f"シートの内容の利用条件：{licence}"
