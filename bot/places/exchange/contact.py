"""Phone numbers, addresses of the web and of places, put the way the catalogue writes them."""

from __future__ import annotations

import re
from typing import Any, Final

import msgspec
import phonenumbers

from bot.places.checks import french_numbers, is_web_address
from bot.places.geography import Gazetteer, fold, is_ambiguous
from bot.places.records import Place

_EMAIL: Final = re.compile(r"[^@\s,;<>]+@[^@\s.,;<>]+(\.[^@\s.,;<>]+)+")


def belgian_phone(written: str) -> str | None:
    """A Belgian number in international form (E.164); ``None`` when ``written`` is not one.

    A spreadsheet may have eaten the plus sign or the leading zero: « 3281246311 », « 475123456 ».

    >>> belgian_phone("081/24.63.11")
    '+3281246311'
    """
    if french_numbers(written):
        return None
    digits = re.sub(r"\D", "", written)
    tries = [written]
    if written.isdigit() and digits.startswith("32"):
        tries = [f"+{digits}"]
    elif written.isdigit() and not digits.startswith("0") and len(digits) in (8, 9):
        tries = [f"0{digits}"]
    for text in tries:
        try:
            number = phonenumbers.parse(text, "BE")
        except phonenumbers.NumberParseException:
            continue
        if number.country_code == 32 and phonenumbers.is_valid_number(number):
            return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return None


def phones(written: list[str], remarks: list[str]) -> list[str]:
    """The Belgian numbers of a foreign record, once each; a remark for each one left out."""
    found: list[str] = []
    for text in written:
        for part in re.split(r"\s*(?:;|,|\bou\b|\n)\s*|\s+/\s+", text):
            if not part.strip():
                continue
            number = belgian_phone(part)
            if number is None:
                remarks.append(
                    f"Téléphone laissé de côté : « {part[:40]} » n'est pas un numéro belge."
                )
            elif number not in found:
                found.append(number)
    return found


def email(written: str | None, remarks: list[str]) -> str | None:
    """``written`` when it is one address of e-mail; a remark otherwise."""
    if not written:
        return None
    if _EMAIL.fullmatch(written):
        return written
    remarks.append(f"Courriel laissé de côté : « {written[:60]} » n'est pas une adresse.")
    return None


def web_address(written: str | None, remarks: list[str]) -> str | None:
    """``written`` when it is one complete address of the web; a remark otherwise."""
    if not written:
        return None
    for address in (written, f"https://{written}"):
        if "@" not in written and is_web_address(address):
            return address
    remarks.append(f"Site laissé de côté : « {written[:60]} » n'est pas une adresse complète.")
    return None


# --- Addresses -------------------------------------------------------------------------------------


def settle_commune(
    address: dict[str, Any], gazetteer: Gazetteer | None, remarks: list[str], *, complete: bool
) -> None:
    """Put the official commune in ``address``; people write the locality or a name in use instead.

    « commune: jambes » becomes the locality Jambes of Namur, with a remark. With ``complete`` a commune left
    out is taken from the postcode. What is not sure is left as it was written, for the checks to refuse.
    """
    if gazetteer is None:
        return
    code = address.get("code_postal")
    code = code if isinstance(code, str) else None
    of_code = gazetteer.commune_of_postcode(code) if code else None
    written = address.get("commune")
    if not isinstance(written, str) or not written:
        if complete and of_code is not None:
            address["commune"] = of_code
        return
    official = {fold(name): name for name in gazetteer.communes()}.get(fold(written))
    if official is not None and of_code in (None, official):
        address["commune"] = official
        return
    if code is not None and of_code is not None:
        locality = gazetteer.locality(code, written)
        if locality is not None:
            _settle(address, locality.nom, locality.commune, written, remarks)
            return
    if official is not None:
        return  # a commune that exists, under another postcode: one of the two is wrong
    found = [c for c in gazetteer.find(written) if c.score >= 1 and c.commune is not None]
    if code is not None:
        found = [c for c in found if c.code_postal == code or c.commune == of_code]
    if found and not is_ambiguous(found) and found[0].commune is not None:
        best = found[0]
        locality_name = None
        if best.kind == "localite" and best.code_postal is not None:
            rows = gazetteer.localities_of(found[0].commune)
            row = next((r for r in rows if fold(r.nom) == fold(written)), None)
            locality_name = row.nom if row is not None else None
        _settle(address, locality_name, found[0].commune, written, remarks)


def _settle(
    address: dict[str, Any], locality: str | None, commune: str, written: str, remarks: list[str]
) -> None:
    address["commune"] = commune
    if locality is not None and not address.get("localite"):
        address["localite"] = locality
    where = f"{locality} est une localité de {commune}" if locality else f"la commune est {commune}"
    remarks.append(f"Commune « {written[:60]} » : {where}.")


def commune_key(place: Place, gazetteer: Gazetteer | None) -> str | None:
    """Where a place is, for matching by name: its commune folded, or its zone; ``None`` when unknown."""
    address = place.adresse
    if address is not None:
        if address.commune:
            return fold(address.commune)
        if address.code_postal and gazetteer is not None:
            commune = gazetteer.commune_of_postcode(address.code_postal)
            if commune is not None:
                return fold(commune)
    if place.zone is not None:
        zone = msgspec.to_builtins(place.zone)
        names = sorted(fold(str(name)) for names in zone.values() for name in names)
        return "zone " + " ".join(names) if names else None
    return None
