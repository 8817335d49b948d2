"""Values that a file gives with a type, as the text that a person would write."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

_WHOLE = 1e15  # up to here a number without fraction is written without one


def text_of(value: object) -> str | None:
    """Give the text of a value: 1, not 1.0; 0.3, not 0.30000000000000004; a day, not its midnight.

    Days and spans of time are as ISO 8601 has them; None stays None.
    """
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < _WHOLE else \
            f"{Decimal(format(value, '.15g')):f}"
    if isinstance(value, datetime):
        midnight = value.time() == time()
        return value.date().isoformat() if midnight else value.isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    return _span(value) if isinstance(value, timedelta) else str(value)


def _span(value: timedelta) -> str:
    """Write a span of time in days, hours, minutes and seconds: P1DT2H30M."""
    size = abs(value)
    minutes, seconds = divmod(size.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    rest = f"{seconds}.{size.microseconds:06}".rstrip("0").rstrip(".")
    days = f"{size.days}D" if size.days else ""
    clock = "".join(f"{number}{unit}" for number, unit in
                    ((str(hours), "H"), (str(minutes), "M"), (rest, "S")) if number != "0")
    sign = "-" if value < timedelta() else ""
    return f"{sign}P{days}T{clock}" if clock else f"{sign}P{days or 'T0S'}"
