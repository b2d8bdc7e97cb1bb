"""A language model as planner: a wish becomes a storyboard, at any endpoint that speaks OpenAI's chat protocol."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from textreel.documents import read_json, shortened
from textreel.errors import PlannerError, UsageError
from textreel.extras import extra
from textreel.limits import MAX_CHARACTERS, MAX_SHOTS
from textreel.storyboard.board import Storyboard
from textreel.storyboard.moves import MOVES
from textreel.storyboard.transitions import TRANSITIONS

ATTEMPTS = 2
MAX_TOKENS = 4_000
KEY_VARIABLE = "TEXTREEL_PLANNER_KEY"
SECONDS = 120.0
TASK = """You plan short films. Turn the wish into a storyboard of 1 to 12 shots, as JSON of the given schema.
`text`: one plain English sentence in the present tense that stands by itself: who, how they look, what they do, where,
when, in which weather. Name each subject again in every shot ("the brave fox", never "it"). No words for the camera,
no dialogue, no feelings. `seconds`: 1 to 6. `camera` and `transition`: null where nothing is needed."""


def _choice(names: list[str]) -> dict[str, Any]:
    return {"anyOf": [{"type": "string", "enum": names}, {"type": "null"}]}


def _object(**properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


CAMERA = {
    f"{kind} {way}".strip(): (kind, way or None)
    for kind, move in MOVES.items()
    for way in sorted(set(move.directions.values())) or [""]
}
SCHEMA: Mapping[str, Any] = _object(
    shots={
        "type": "array",
        "items": _object(
            text={"type": "string"},
            seconds={"type": "number"},
            camera=_choice(list(CAMERA)),
            transition=_choice(list(TRANSITIONS)),
        ),
    }
)
"""What the model is to answer."""


@dataclass(frozen=True, kw_only=True)
class Planner:
    """An endpoint and the model there.

    Attributes:
        url: such as "http://127.0.0.1:11434/v1".
        model: its name at the endpoint.
        seconds: how long one answer may take in all.
    """

    url: str
    model: str
    seconds: float = SECONDS

    def plan(self, wish: str) -> Storyboard:
        """Ask for a storyboard; an answer that is none is sent back once, with what is wrong with it.

        The environment's TEXTREEL_PLANNER_KEY is sent as the key, where there is one.

        Raises:
            PlannerError: the endpoint cannot be reached, is too slow, or answers no storyboard.
            MissingExtraError: the extra "planner" is not installed.
        """
        messages = [{"role": "system", "content": TASK}, {"role": "user", "content": wish}]
        wrong = ""
        for _ in range(ATTEMPTS):
            answer = self._ask(messages)
            try:
                return storyboard_of(answer, wish)
            except UsageError as error:
                wrong = str(error)
            messages += [
                {"role": "assistant", "content": shortened(answer)},
                {
                    "role": "user",
                    "content": f"That is no valid storyboard: {wrong} Answer with the JSON alone.",
                },
            ]
        raise PlannerError(f"{self} answered no storyboard: {wrong}")

    def __str__(self) -> str:
        return f"The planner '{self.model}' at {self.url}"

    def _ask(self, messages: list[dict[str, str]]) -> str:
        with extra("planner"):
            import openai
        try:
            return asyncio.run(asyncio.wait_for(self._answer(messages), self.seconds))
        except (TimeoutError, openai.APITimeoutError) as error:
            raise PlannerError(f"{self} has not answered within {self.seconds:g} s.") from error
        except openai.APIConnectionError as error:
            raise PlannerError(f"{self} cannot be reached ({error.__cause__ or error}).") from error
        except openai.APIStatusError as error:
            what = shortened(str(error.message))
            raise PlannerError(f"{self} refused with status {error.status_code}: {what}.") from error
        except (openai.OpenAIError, ValueError, TypeError, AttributeError, IndexError) as error:
            raise PlannerError(
                f"{self} does not speak the chat protocol ({shortened(str(error))})."
            ) from error

    async def _answer(self, messages: list[dict[str, str]]) -> str:
        with extra("planner"):
            import openai
        form = {"name": "storyboard", "schema": SCHEMA, "strict": True}
        asked: dict[str, Any] = {
            "model": self.model,
            "messages": messages,
            "max_tokens": MAX_TOKENS,
            "response_format": {"type": "json_schema", "json_schema": form},
        }
        client = openai.AsyncOpenAI(
            base_url=self.url,
            api_key=os.environ.get(KEY_VARIABLE, "none"),
            max_retries=0,
            timeout=self.seconds,
        )
        async with client:
            answer = await client.chat.completions.create(**asked)
        return str(answer.choices[0].message.content or "")


def storyboard_of(answer: str, wish: str) -> Storyboard:
    """Return the storyboard that a model has answered.

    Raises:
        UsageError: it is none; the message names the place.
    """
    shots = read_json(answer.strip(), source="The answer").content
    shots = shots.get("shots") if isinstance(shots, dict) else None
    if not isinstance(shots, list) or not 1 <= len(shots) <= MAX_SHOTS:
        raise UsageError(f"The answer must have a list of 1 to {MAX_SHOTS} shots.")
    document: dict[str, Any] = {"prompt": wish[:MAX_CHARACTERS], "shots": [_shot(each) for each in shots]}
    if document["shots"][-1].get("transition") == "cut":  # the film just ends
        del document["shots"][-1]["transition"]
    return Storyboard.from_dict(document)


def _shot(answered: Any) -> dict[str, Any]:
    """Return a shot's document; what it leaves out is as usual."""
    if not isinstance(answered, dict):
        raise UsageError(f"Each shot must be an object, got {answered!r}.")
    shot = {name: value for name, value in answered.items() if value is not None}
    camera = shot.pop("camera", None)
    if camera is not None:
        if not isinstance(camera, str) or camera not in CAMERA:
            raise UsageError(f"camera must be one of {', '.join(CAMERA)}; got {camera!r}.")
        kind, way = CAMERA[camera]
        shot["moves"] = [{"kind": kind} | ({"direction": way} if way else {})]
    return shot
