"""The analysis of a prompt: one document with everything that is known about its words."""

from dataclasses import asdict, dataclass
from functools import cache

import numpy as np

from textreel.language.entities import Entity, find_entities
from textreel.language.tagging import TaggedToken, tag
from textreel.language.tokens import check_prompt, normal_form, split
from textreel.language.vectors import VectorSource, WordVectors
from textreel.language.word_lists import is_stop_word

NEAREST_WORDS = 5

__all__ = ["Entity", "TextAnalysis", "Token", "analyze"]


@dataclass(frozen=True, kw_only=True)
class Token:
    """One token of a prompt.

    Attributes:
        text: as written, at the characters ``start`` to ``end`` of the prompt.
        lemma: the base form, of the right spelling where the word is misspelt.
        part_of_speech: in plain words: noun, proper noun, verb, adjective, adverb, preposition, ...
        content: true unless it is punctuation or on the classic English stop list of NLTK.
        entity: the kind of the entity it belongs to, or None.
        vector_norm: length of its word vector; 0 where it has none.
        nearest: the words whose vectors point most nearly the same way.
        out_of_vocabulary: true where the vector table does not hold the word itself.
        vector_source: exact, lemma, subword, spelling or none.
        vector_words: the words of the table whose vectors (their mean) it has.
    """

    text: str
    lemma: str
    part_of_speech: str
    content: bool
    entity: str | None
    vector_norm: float
    nearest: tuple[str, ...]
    out_of_vocabulary: bool
    vector_source: VectorSource
    vector_words: tuple[str, ...]
    start: int
    end: int

    @property
    def is_word(self) -> bool:
        """True for words and numbers, false for punctuation."""
        return any(map(str.isalnum, self.text))


@dataclass(frozen=True, kw_only=True)
class TextAnalysis:
    """A prompt in composed Unicode with single spaces, its tokens and its entities, both in order."""

    text: str
    tokens: tuple[Token, ...]
    entities: tuple[Entity, ...]

    @property
    def words(self) -> tuple[str, ...]:
        """The words as :func:`textreel.language.tokenize` gives them."""
        return tuple(normal_form(token.text) for token in self.tokens if token.is_word)

    @property
    def content_words(self) -> tuple[str, ...]:
        """The content words as written."""
        return tuple(token.text for token in self.tokens if token.content)

    def to_dict(self) -> dict[str, object]:
        """Return the document as plain lists and dictionaries, ready for JSON."""
        return asdict(self)


def analyze(prompt: str, vectors: WordVectors | None = None) -> TextAnalysis:
    """Analyse a prompt: tokens, lemmas, parts of speech, entities and word vectors.

    The tags and named entities are those of spaCy's small English model, put right for the verbs of films;
    the kinds of common nouns come from WordNet; ``vectors`` is the shipped GloVe table where none is given.
    The first call takes a second to load them, the next some hundredths.

    Raises:
        PromptError: the prompt is empty, too long, or holds no words in Latin script.
        AssetError: a model or table is not installed.
    """
    text = check_prompt(prompt)
    vectors = vectors or default_vectors()
    spans = split(text)
    tagged, named = tag(spans, [reading(span.text, vectors) for span in spans])
    entities = find_entities(text, tagged, named)
    tokens = tuple(describe(token, entities, vectors) for token in tagged)
    return TextAnalysis(text=text, tokens=tokens, entities=tuple(entities))


def reading(word: str, vectors: WordVectors) -> str:
    """Return the word that a token is read as: the right spelling of a misspelt lower-case word."""
    resolution = vectors.resolve(word)
    return resolution.words[0] if resolution.source == "spelling" and word.islower() else word


@cache
def default_vectors() -> WordVectors:
    """Load the shipped table once."""
    return WordVectors.load_default()


def describe(token: TaggedToken, entities: list[Entity], vectors: WordVectors) -> Token:
    """Bring together what is known about a token; punctuation has no vector."""
    span, word = token.span, normal_form(token.span.text)
    resolution = vectors.resolve(span.text)
    has_vector = span.is_word and bool(resolution.words)
    return Token(
        text=span.text,
        lemma=token.lemma,
        part_of_speech=token.part_of_speech,
        content=span.is_word and not is_stop_word(word),
        entity=next((entity.kind for entity in entities if entity.start <= span.start < entity.end), None),
        vector_norm=round(float(np.linalg.norm(vectors.lookup(span.text)[0])), 4) if has_vector else 0.0,
        nearest=tuple(near for near, _ in vectors.nearest(span.text, NEAREST_WORDS)) if has_vector else (),
        out_of_vocabulary=span.is_word and resolution.source != "exact",
        vector_source=resolution.source if span.is_word else "none",
        vector_words=resolution.words if span.is_word else (),
        start=span.start,
        end=span.end,
    )
