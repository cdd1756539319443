"""The kinds of number and text a pack may hold, so that every refusal says the same thing in the same words."""

from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError

LARGEST = 100_000
"""No number of a pack is anywhere near this; checked first, so that 1e999999 costs nothing."""


def read_decimal(text: str) -> Decimal:
    """A TOML float as written. What Decimal cannot hold becomes infinity, which `tenths` refuses by name."""
    try:
        return Decimal(text)
    except ArithmeticError:
        return Decimal("Infinity")


def tenths(value: object) -> int:
    """A pack's number in natural units as exact tenths; a second decimal is refused, never rounded."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise PydanticCustomError("not_a_number", "must be a number")
    if isinstance(value, Decimal) and not value.is_finite():
        raise PydanticCustomError("not_finite", "must be a finite number of ordinary size")
    if not -LARGEST <= value <= LARGEST:
        raise PydanticCustomError("out_of_bounds", "is far outside anything measured here")
    if isinstance(value, int):
        return value * 10
    exponent = value.as_tuple().exponent
    if not isinstance(exponent, int) or exponent < -1:
        raise PydanticCustomError("too_many_decimals", "may have at most one decimal")
    return int(value * 10)


def natural(value: object) -> float:
    """A duration or a factor: the same rule of one decimal, kept in its own unit."""
    return tenths(value) / 10


def percent(value: int) -> int:
    """Tenths of a percent from 0 to 100 %; the message speaks in the pack's own unit."""
    if not 0 <= value <= 1000:
        raise PydanticCustomError("out_of_bounds", "must be within 0 and 100 %")
    return value


def plain_text(value: str) -> str:
    """Text for a screen: no control characters, not blank."""
    if not value.strip():
        raise PydanticCustomError("blank", "must not be blank")
    if not value.isprintable():
        raise PydanticCustomError("not_printable", "must be one line without control characters")
    return value


Tenths = Annotated[int, BeforeValidator(tenths)]
NotNegative = Annotated[int, BeforeValidator(tenths), Field(ge=0)]
Percent = Annotated[int, BeforeValidator(tenths), AfterValidator(percent)]
Minutes = Annotated[float, BeforeValidator(natural), Field(ge=0, le=1440)]
SomeMinutes = Annotated[float, BeforeValidator(natural), Field(gt=0, le=1440)]
Seconds = Annotated[float, BeforeValidator(natural), Field(ge=0, le=3600)]
SomeSeconds = Annotated[float, BeforeValidator(natural), Field(gt=0, le=3600)]
Factor = Annotated[float, BeforeValidator(natural), Field(gt=0, le=1)]
Age = Annotated[float, BeforeValidator(natural), Field(gt=0, le=150)]
Milligrams = Annotated[float, BeforeValidator(natural), Field(gt=0, le=10_000)]
Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
Text = Annotated[str, Field(max_length=200), AfterValidator(plain_text)]
