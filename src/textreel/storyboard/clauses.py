"""Walking through a shot's words clause by clause, and collecting their phrases."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textreel.language.kinds import kind_of
from textreel.language.lemmas import lemma_candidates
from textreel.storyboard.grammar import (
    NO_CHANGE,
    NOUN_TAGS,
    PERSONAL_PRONOUNS,
    SENTENCE_ENDS,
    SUBJECT_PRONOUNS,
    SUBORDINATORS,
    Change,
    Phrase,
    Reading,
    Role,
    WordReader,
    singular,
    tagger,
)
from textreel.storyboard.word_kinds import (
    BEGINNING,
    ENDING,
    LIGHT_ADJECTIVES,
    OPENERS,
    PLACE_ADVERBS,
    PLACE_PREPOSITIONS,
    TIME_NOUNS,
    WEATHER_ADJECTIVES,
    WEATHER_NOUNS,
    WEATHER_VERBS,
    sayings,
)

if TYPE_CHECKING:
    from textreel.language.tagging import TaggedToken


SUNS = frozenset({"sun", "moon"})
BEFORE_DEEDS = frozenset({"by", "for", "of", "to"})
"""Prepositions behind which a participle is what is done, and tells of no noun: "by chasing cats"."""
FALLING = frozenset({"falling", "heavy", "light", "drifting", "blowing", "driving", "swirling"})
ADVERBIALS = sayings("adverbials")
"""Words that are together one adverb, and nobody."""
MANNERS = sayings("manners")
"""Phrases that belong to a verb, and are no place."""


class PhraseReader(WordReader):
    """Walks over tagged tokens once and collects phrases.

    With ``sun_acts``, a sun that rises is somebody who does so, and tells a time only behind "as" or "while".
    """

    def __init__(self, tokens: Sequence[TaggedToken], *, sun_acts: bool = False) -> None:
        super().__init__(tokens)
        self.sun_acts = sun_acts
        self.phrases: list[Phrase] = []
        self.clauses: list[int] = []
        self.clause = 0
        self.subject = False

    def reading(self) -> Reading:
        position = 0
        while position < len(self.words):
            end = self._step(position)
            self.clauses += [self.clause] * (end - position)
            position = end
        return Reading(tokens=self.tokens, phrases=tuple(self.phrases), clauses=tuple(self.clauses))

    def _step(self, start: int) -> int:
        word = self.words[start]
        if word[0] in SENTENCE_ENDS:
            return self._new_clause(start + 1)
        if not (self.subject or self.verb) and (end := self._opener(start)):
            return end
        if (end := self._circumstance_clause(start)) is not None:
            return end
        if word in SUBORDINATORS or (word in ("and", "but") and self._clause_follows(start + 1)):
            return self._new_clause(start + 1)
        for reader in (self._adverb, self._prepositional, self._verbal, self._nominal):
            if (end := reader(start)) is not None:
                return end
        return start + 1

    def _new_clause(self, end: int) -> int:
        self.clause += 1
        self.subject = self.verb = False
        return end

    def _opener(self, start: int) -> int | None:
        for opener in OPENERS:
            parts = opener.split()
            if self.words[start : start + len(parts)] == parts:
                return start + len(parts)
        return None

    def _circumstance_clause(self, start: int) -> int | None:
        """ "it rains", "snow falls", "night falls", "the sun rises", "it is dark", with "as" or "while" before."""
        if self.subject and self.words[start] not in ("as", "while", "when", "and"):
            return None
        led = self.words[start] in ("as", "while", "when", "and")
        place = start + led
        if place < len(self.words) and self.words[place] == ",":
            place += 1
        for found in (self._impersonal(place), self._natural(place, led=led)):
            if found is not None:
                role, head, end, change = found
                end = self._tail(end)
                self.phrases.append(
                    Phrase(role=role, start=place, end=end, head=head, clause=self.clause, change=change)
                )
                if place > start or end >= len(self.words) or self.words[end] in ("as", "while", "and"):
                    self.clause += 1
                return end
        return None

    def _tail(self, end: int) -> int:
        """Adverbs and particles after the verb of a circumstance: "falls softly", "pours down heavily"."""
        while end < len(self.words) and self.tokens[end].tag in ("RB", "RP", "RBR"):
            end += 1
        if self.words[end : end + 1] in (["by"], ["down"], ["away"], ["up"]):
            end += 1
        return end

    def _impersonal(self, start: int) -> tuple[Role, str, int, Change] | None:
        if self.words[start : start + 1] not in (["it"], ["everything"]):
            return None
        place, change = start + 1, NO_CHANGE
        auxiliaries = {
            "is",
            "'s",
            "was",
            "to",
            "has",
            "will",
            "slowly",
            "suddenly",
            "now",
            "still",
            "all",
            "the",
        }
        while place < len(self.words):
            word, bases = self.words[place], {self.words[place], *lemma_candidates(self.words[place])}
            if bases & WEATHER_VERBS and (
                self.tokens[place].tag[0] == "V" or place + 1 >= len(self.words) or True
            ):
                return "weather", next(iter(bases & WEATHER_VERBS)), place + 1, change
            if word in WEATHER_ADJECTIVES - {"wet", "clear"}:
                return "weather", word, place + 1, change
            if (word in TIME_NOUNS and word != "fall") or word in LIGHT_ADJECTIVES:
                return "time", word, place + 1, change
            if bases & ENDING:
                change = "ends"
            elif bases & (BEGINNING | {"get", "become", "grow"}):
                change = "begins"
            elif word not in auxiliaries:
                return None
            place += 1
        return None

    def _natural(self, start: int, *, led: bool) -> tuple[Role, str, int, Change] | None:
        end = self._noun_phrase(start)
        if (
            end is None
            or end >= len(self.words)
            or not (self._is_verb(end) or self.words[end] in ("falls", "comes"))
        ):
            return None
        head = self.words[end - 1]
        sun = head in SUNS
        if not (sun or head in TIME_NOUNS or head in WEATHER_NOUNS):
            return None
        first = end
        while end < len(self.words) and self.words[end] in (
            "is",
            "are",
            "has",
            "have",
            "slowly",
            "begins",
            "starts",
            "to",
        ):
            end += 1
        verb = self.words[end] if end < len(self.words) else ""
        bases = {verb, *lemma_candidates(verb)}
        starting = bool({"begins", "starts"} & set(self.words[first:end]))
        if head in WEATHER_NOUNS:
            change: Change = "ends" if bases & ENDING and verb != "clear" else "begins" if starting else ""
            if (
                bases & {"come", "arrive", "approach", "begin", "start", "gather", "roll", "drift"}
                and head != "fog"
            ):
                change = "begins"
            return "weather", head, end + 1, change
        if sun and not self._tells_time(start, first, end, led=led):
            return None
        if not sun and not bases & BEGINNING:
            return None
        return "time", head, end + 1, "begins"

    def _tells_time(self, start: int, verb: int, end: int, *, led: bool) -> bool:
        """Whether the sun of words ``start`` to ``verb`` only tells the time, and is nobody to be seen."""
        plain = self.words[start : verb - 1] in ([], ["the"])
        if self.tokens[verb].tag == "VBG" or not (plain or led) or (self.sun_acts and not (plain and led)):
            return False
        bases = {self.words[end], *lemma_candidates(self.words[end])} if end < len(self.words) else set()
        following = set(self.words[end + 1 : end + 3])
        return bool(
            bases & {"rise", "set", "sink", "climb"}
            or (bases & {"go"} and following & {"down", "under"})
            or (bases & {"come"} and following & {"up", "out"})
        )

    def _prepositional(self, start: int) -> int | None:
        word = self.words[start]
        if self.tokens[start].tag not in ("IN", "TO", "RP", "RB", "JJ") or word in SUBORDINATORS - {"as"}:
            return None
        if word == "of":
            return self._noun_phrase(start + 1)
        inner = start + 1
        while (
            inner < len(self.words)
            and self.words[inner] in ("of", "to", "from", "the front")
            and inner - start < 3
        ):
            inner += 1
        moving = self.tokens[inner].tag == "VBG" if inner < len(self.words) else False
        end = self._noun_phrase(inner + (moving and self._noun_at(inner + 1) and word not in BEFORE_DEEDS))
        if self.words[inner : inner + 1] == ["dark"] and word in ("after", "before"):
            end = inner + 1
        if end is None:
            return None
        end = self._with_bare(end)
        head = self._place_head(inner, end)
        role = self._place_role(word, head, inner, end)
        if role is None:
            return None
        first = start - (role == "time" and self._is_hour(start - 1))
        self.phrases.append(Phrase(role=role, start=first, end=end, head=head, clause=self.clause))
        return end

    def _is_hour(self, place: int) -> bool:
        """Whether a word belongs to the time behind it: "late at night"."""
        return place >= 0 and self.words[place] in ("early", "late")

    def _is_light(self, preposition: str, head: str, inside: set[str]) -> bool:
        """Whether a light tells the time: "in the evening light", "in the light of the setting sun"."""
        telling = (
            TIME_NOUNS | {"first"} if head in ("light", "glow") else {"light", "glow", "setting", "rising"}
        )
        lit = head in {*SUNS, "light", "glow"} and preposition in ("in", "by", "under", "at")
        return lit and bool(inside & telling)

    def _with_bare(self, end: int) -> int:
        """With a second noun that shares the preposition: "among the stars and planets"."""
        joins = self.words[end : end + 1] == ["and"] and not self._clause_follows(end + 1)
        bare = joins and self.tokens[min(end + 1, len(self.words) - 1)].tag in NOUN_TAGS
        return (self._noun_phrase(end + 1) or end) if bare else end

    def _place_head(self, start: int, end: int) -> str:
        """The word that tells the kind of place: the field in "a field of flowers", the sea in "waves of the sea"."""
        last = singular(self.words[end - 1])
        of = next((place for place in range(start + 1, end) if self.words[place] == "of"), None)
        if of is None or kind_of(last) in ("location", "time", "phenomenon"):
            return last
        first = singular(self.words[of - 1])
        return first if kind_of(first) == "location" else last

    def _place_role(self, preposition: str, head: str, start: int, end: int) -> Role | None:
        inside = set(self.words[start:end])
        if " ".join([preposition, *self.words[start:end]]) in MANNERS:
            return "other"
        if head in (
            "left",
            "right",
            "side",
            "speed",
            "pace",
            "motion",
            "camera",
            "viewer",
            "circle",
            "circles",
        ):
            return "other"
        if head in TIME_NOUNS or kind_of(head) == "time" or self._is_light(preposition, head, inside):
            return "time"
        if inside & (WEATHER_NOUNS - {"clouds", "breeze", "clear", "wind", "snow"}) or (
            head == "snow" and inside & FALLING
        ):
            return "weather"
        if preposition == "with":
            return "look"
        if preposition in ("up", "down", "off", "out") and kind_of(head) != "location":
            return None
        return "place" if preposition in PLACE_PREPOSITIONS else None

    def _adverb(self, start: int) -> int | None:
        word = self.words[start]
        if (end := self._adverbial(start)) is not None:
            return end
        if word in PLACE_ADVERBS:
            self.phrases.append(
                Phrase(role="place", start=start, end=start + 1, head=word, clause=self.clause)
            )
            return start + 1
        if word == "tonight":
            self.phrases.append(
                Phrase(role="time", start=start, end=start + 1, head="night", clause=self.clause)
            )
            return start + 1
        return None

    def _adverbial(self, start: int) -> int | None:
        """Where "face to face" ends."""
        for saying in map(str.split, ADVERBIALS):
            if self.words[start : start + len(saying)] == saying:
                return start + len(saying)
        return None

    def _verbal(self, start: int) -> int | None:
        if not self._is_verb(start):
            return None
        end = start + 1
        while end < len(self.words) and (
            self.tokens[end].tag in ("RB", "RP", "VB", "VBG", "VBN") and self._noun_phrase(end) is None
        ):
            if self.words[end] in PLACE_ADVERBS or self.words[end] == "tonight" or self._adverbial(end):
                break
            if self._is_hour(end) and self.tokens[min(end + 1, len(self.tokens) - 1)].tag == "IN":
                break
            goal = self._noun_phrase(end + 1) if self.tokens[end].tag == "RP" else None
            if goal is not None and kind_of(self.words[goal - 1]) == "location":  # "rolls down a street"
                break
            end += 1
        verbs = [place for place in range(start, end) if self.tokens[place].tag.startswith("V")]
        main = verbs[-1] if verbs else start
        lemma = self.tokens[main].lemma
        if self.words[main] in ("is", "are", "'s", "was", "were"):
            lemma = "be"
        self.phrases.append(Phrase(role="motion", start=start, end=end, head=lemma, clause=self.clause))
        self.verb = True
        return end

    def _nominal(self, start: int) -> int | None:
        word = self.words[start]
        if self.tokens[start].tag in ("PRP", "DT", "CD") and word in PERSONAL_PRONOUNS | SUBJECT_PRONOUNS:
            end = self._noun_phrase(start)
            if end is None:
                return self._noun(start, start + 1, word)
        end = self._noun_phrase(start)
        if end is None:
            return None
        head = self.words[end - 1]
        of = next((place for place in range(start, end) if self.words[place] == "of"), end)
        return self._noun(start, end, singular(self.words[of - 1] if of > start else head))

    def _somebody_falls(self, start: int, end: int) -> bool:
        """Whether a time or a weather is what somebody does: "the car fall"."""
        verb = tagger().film_verb(self.words[end - 1]) is not None
        return verb and any(
            self.tokens[place].tag in NOUN_TAGS
            and kind_of(self.words[place]) not in (None, "time", "location")
            for place in range(start, end - 1)
            if self.words[place] not in WEATHER_NOUNS
        )

    def _noun(self, start: int, end: int, head: str) -> int:
        role: Role = "object" if self.verb or self.subject else "subject"
        if role == "subject" and not self._verb_after(end) and not self._somebody_falls(start, end):
            if head in TIME_NOUNS:
                role = "time"
            elif head in WEATHER_NOUNS:
                role = "weather"
            elif kind_of(head) == "location":
                role = "place"
        if role == "subject":
            self.subject = True
            end = self._coordinated(end)
        self.phrases.append(Phrase(role=role, start=start, end=end, head=head, clause=self.clause))
        return end
