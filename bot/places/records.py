"""The typed records of the catalogue: what a YAML file of ``catalogue/`` may say.

Field names are French because volunteers read them; they follow data·inclusion
(https://data.inclusion.gouv.fr, schema "structure" and "service") where it has the field.
A record never guesses: ``None`` or ``Reponse.INCONNU`` means *nobody told us*, which is not *no*.
"""

from __future__ import annotations

import datetime as dt
from enum import Enum
from typing import Annotated

import msgspec
from msgspec import Meta

Identifier = Annotated[
    str,
    Meta(
        pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$",
        max_length=80,
        description="Identifiant stable : minuscules sans accent, chiffres et tirets. "
        "Jamais réutilisé, même si le lieu ferme.",
    ),
]
PostalCode = Annotated[str, Meta(pattern=r"^[1-9][0-9]{3}$", description="Code postal belge.")]
Need = Annotated[str, Meta(pattern=r"^besoin_[a-z_]+$", description="Nom d'un besoin.")]
Latitude = Annotated[float, Meta(ge=49.0, le=52.0, description="Degrés décimaux (WGS 84).")]
Longitude = Annotated[float, Meta(ge=2.0, le=7.0, description="Degrés décimaux (WGS 84).")]
Months = Annotated[
    int, Meta(ge=-9, le=480, description="Âge en mois ; négatif avant la naissance.")
]


class Reponse(str, Enum):
    """A yes-or-no fact that may be unknown."""

    OUI = "oui"
    NON = "non"
    INCONNU = "inconnu"


class Statut(str, Enum):
    """Whether the place exists today."""

    ACTIF = "actif"
    SUSPENDU = "suspendu"
    FERME = "ferme"
    INCONNU = "inconnu"


class Objectif(str, Enum):
    """The eight objectives of a *lieu de rencontre enfants et parents* (seed 001)."""

    INTERCULTUREL = "interculturel"
    QUARTIER = "quartier"
    REMEDIATION = "remediation"
    SANTE_MENTALE = "sante_mentale"
    AIDE_JEUNESSE = "aide_jeunesse"
    PASSERELLE = "passerelle"
    EDUCATION_PERMANENTE = "education_permanente"
    SANTE_BIENTRAITANCE = "sante_bientraitance"


class VacancesScolaires(str, Enum):
    """What the place does during the school holidays of the FWB."""

    OUVERT = "ouvert"
    FERME = "ferme"
    INCONNU = "inconnu"


class _Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """Common rules: immutable; an unknown field is an error.

    Records never refer back to one another, so the garbage collector need not follow a hundred thousand.
    """


class Adresse(_Record, frozen=True, kw_only=True):
    """Where the door is. ``lat``/``lon`` only when a source gives them."""

    rue: str | None = None
    complement: str | None = None
    code_postal: PostalCode | None = None
    localite: str | None = None
    commune: str | None = None
    lat: Latitude | None = None
    lon: Longitude | None = None


class Zone(_Record, frozen=True, kw_only=True):
    """The area a service without a door serves. Communes, provinces and postcodes add up."""

    communes: list[str] = []
    provinces: list[str] = []
    codes_postaux: list[PostalCode] = []


class Age(_Record, frozen=True, kw_only=True):
    """Ages of the children received, in completed months; both ends included; ``None`` = no limit known."""

    min_mois: Months | None = None
    max_mois: Months | None = None


class Acces(_Record, frozen=True, kw_only=True):
    """What one must do, pay and be able to do to come in."""

    rendez_vous: Reponse = Reponse.INCONNU
    inscription: Reponse = Reponse.INCONNU
    gratuit: Reponse = Reponse.INCONNU
    prix: str | None = None
    langues: list[str] = []
    pmr: Reponse = Reponse.INCONNU


class Exception_(_Record, frozen=True, kw_only=True):
    """A dated closure or change; ``fin`` is obligatory: no closure lasts for ever."""

    debut: dt.date
    fin: dt.date
    horaires: str = "off"
    raison: str | None = None


class Source(_Record, frozen=True, kw_only=True):
    """Where a fact was read. ``vu_le`` is the day we (or the list we were given) saw it, if known."""

    adresse: str
    vu_le: dt.date | None = None
    note: str | None = None


class Place(_Record, frozen=True, kw_only=True):
    """One place or service for parents: one YAML file of ``catalogue/places/``."""

    id: Identifier
    nom: Annotated[str, Meta(min_length=2, max_length=120)]
    type: Annotated[str, Meta(description="Une des sortes de service de catalogue/services.yml.")]
    organisme: str | None = None
    presentation: Annotated[
        Annotated[str, Meta(max_length=400)] | None,
        Meta(description="Une ou deux phrases simples, tirées des sources : ce qu'on y fait."),
    ] = None
    objectifs: list[Objectif] = []
    besoins: Annotated[
        list[Need],
        Meta(
            description="Besoins auxquels CE lieu répond en plus de ceux de sa sorte, d'après ses sources."
        ),
    ] = []
    statut: Statut = Statut.INCONNU
    adresse: Adresse | None = None
    zone: Zone | None = None
    telephones: list[str] = []
    courriel: str | None = None
    site: str | None = None
    age: Age | None = None
    presence_parent: Reponse | None = None
    acces: Acces = Acces()
    horaires: Annotated[
        str | None,
        Meta(description="Heures au format OpenStreetMap opening_hours, ex. « We 14:00-16:30 »."),
    ] = None
    horaires_note: Annotated[
        str | None,
        Meta(description="Ce que la source dit des heures quand le format ne peut pas le dire."),
    ] = None
    vacances_scolaires: VacancesScolaires = VacancesScolaires.INCONNU
    exceptions: list[Exception_] = []
    verifie_le: dt.date | None = None
    verifie_comment: str | None = None
    remarque: Annotated[
        str | None, Meta(description="Avertissement utile au parent, en une phrase simple.")
    ] = None
    notes: Annotated[
        str | None, Meta(description="Pour les bénévoles ; jamais montré à un parent.")
    ] = None
    sources: Annotated[list[Source], Meta(min_length=1)]


class NeedAnswer(_Record, frozen=True, kw_only=True):
    """How well a service kind answers a need.

    ``poids`` is in ]0, 1], 1 being the best kind for that need. With ``objectif`` the weight holds only
    for places that carry this objective; an entry without ``objectif`` is the weight of all the others.
    """

    besoin: Need
    poids: Annotated[float, Meta(gt=0, le=1)]
    objectif: Objectif | None = None


class ServiceKind(_Record, frozen=True, kw_only=True):
    """One sort of service, as ``catalogue/services.yml`` explains it to parents."""

    id: Annotated[str, Meta(pattern=r"^[a-z_]+$")]
    nom: str
    pluriel: str
    explication: Annotated[
        str, Meta(description="En français simple : ce que c'est, qui y va, ce qu'on y fait.")
    ]
    # Empty for the kinds reached only by an emergency or through one place's own needs.
    besoins: list[NeedAnswer] = []
    presence_parent: Annotated[Reponse, Meta(description="Le parent reste-t-il avec l'enfant ?")]
    age: Age | None = None
    age_utile: Annotated[bool, Meta(description="L'âge de l'enfant change-t-il la réponse ?")] = (
        False
    )
    sigles: Annotated[dict[str, str], Meta(description="Sigle → sens.")] = {}
    autres_noms: Annotated[
        list[str], Meta(description="Autres mots des parents pour cette sorte de service.")
    ] = []
    au_telephone: Annotated[
        str | None, Meta(description="Une phrase que le parent peut dire au téléphone.")
    ] = None
    sources: list[Source] = []


class HelpLine(_Record, frozen=True, kw_only=True):
    """A help line: a record of ``catalogue/lignes.yml``."""

    id: Identifier
    nom: str
    numero: Annotated[str, Meta(description="Tel qu'on le compose et le lit : « 0800 32 123 ».")]
    horaires: Annotated[str | None, Meta(description="opening_hours ; vide : inconnu.")] = None
    horaires_note: str | None = None
    cout: str | None = None
    pour: Annotated[str, Meta(description="En une phrase : qui peut appeler, pour quoi.")]
    besoins: Annotated[list[str], Meta(description="Urgences et besoins auxquels la ligne répond.")]
    urgence: bool = False
    zone: Zone | None = None
    verifie_le: dt.date | None = None
    notes: str | None = None
    sources: Annotated[list[Source], Meta(min_length=1)]
