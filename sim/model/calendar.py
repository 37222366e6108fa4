"""Months as integers: ``year * 12 + (month - 1)``, so that differences are months."""

import re

_PATTERN = re.compile(r"(\d{4})-(\d{2})")


def parse_month(text: str) -> int:
    """Return the month number of ``"2020-04"``.

    Raises
    ------
    ValueError
        If the text is not ``YYYY-MM`` with a month from 01 to 12, between 1900 and 2500.
    """
    match = _PATTERN.fullmatch(text)
    if not match or not 1 <= int(match[2]) <= 12 or not 1900 <= int(match[1]) <= 2500:
        raise ValueError(f"expected a month as YYYY-MM, for example 2020-04, got {text!r}")
    return int(match[1]) * 12 + int(match[2]) - 1


def format_month(month: int) -> str:
    """Return ``"2020-04"`` for a month number."""
    return f"{month // 12:04d}-{month % 12 + 1:02d}"


def month_of_year(month: int) -> int:
    """Return 1 for January to 12 for December."""
    return month % 12 + 1
