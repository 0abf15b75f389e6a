"""Countries and their parts, as the `holidays` library knows them; it is imported only when a policy names one."""

from typing import TYPE_CHECKING

from callsheet.model.spelling import did_you_mean

if TYPE_CHECKING:
    from holidays import HolidayBase


def check_country(code: str) -> str:
    """The code in capitals. ValueError when the library has no such country."""
    code = code.upper()
    try:
        _holidays(code)
    except NotImplementedError:
        raise ValueError("is not a country that holidays are known for; give its ISO code, such as DE") from None
    return code


def check_subdivision(country: str, code: str) -> str:
    """The code as it was given. ValueError offers the codes that the country has."""
    known = _holidays(country).subdivisions
    try:
        _holidays(country, code)
    except NotImplementedError:
        pass
    else:
        return code
    if not known:
        raise ValueError(f"cannot be told apart in {country}; leave it out")
    raise ValueError(f"is not one of {country}'s: {', '.join(known)}{did_you_mean(code.upper(), known)}")


def _holidays(country: str, code: str | None = None) -> "HolidayBase":
    from holidays import country_holidays  # noqa: PLC0415 - only a policy with a country needs it

    return country_holidays(country, subdiv=code)
