"""What the ids of inputs and outputs mean."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Union

import torch

Value = Union[str, int, float, bool]


@dataclass(frozen=True)
class Vocabulary:
    """`vocab.json`: input values by id, BOS and PAD last, and output values by logit."""

    input: tuple[Value, ...]
    output: tuple[Value, ...]
    output_kind: str
    bos: str
    pad: str

    @classmethod
    def read(cls, path: Path) -> Vocabulary:
        data = json.loads(path.read_text(encoding="utf-8"))
        return cls(tuple(data["input"]), tuple(data["output"]), data["output_kind"], data["bos"], data["pad"])

    @property
    def bos_id(self) -> int:
        return len(self.input) - 2

    @property
    def pad_id(self) -> int:
        return len(self.input) - 1

    @property
    def tokens(self) -> tuple[Value, ...]:
        """The input values, without BOS and PAD."""
        return self.input[:-2]

    def id(self, token: Value) -> int:
        """The id of a token: that of the same type, or else of an equal one (1 for 1.0)."""
        if isinstance(token, float) and token in (float("inf"), float("-inf")):
            token = "inf" if token > 0 else "-inf"
        equal = [index for index, value in enumerate(self.tokens) if value == token]
        same = [index for index in equal if type(self.input[index]) is type(token)]
        for index in same + equal:
            return index
        raise ValueError(f"{token!r} is not in the vocabulary, which is {list(self.tokens)!r}")

    def encode(self, tokens: Sequence[Value]) -> list[int]:
        return [self.bos_id] + [self.id(token) for token in tokens]

    def decode(self, logits: torch.Tensor) -> list[Value]:
        """The outputs of logits [position, output], without that of BOS."""
        after_bos = logits[1:].detach()
        if self.output_kind == "numerical":
            return [float(number) for number in after_bos[:, 0].tolist()]
        return [self.output[index] for index in after_bos.argmax(-1).tolist()]

    def spellings(self) -> list[str]:
        """A text for each id, without white space, all different: strings as they are, others as JSON spells them."""
        texts: list[str] = []
        for value in self.input:
            text = value if isinstance(value, str) else json.dumps(value)
            if not text or text in texts or any(character.isspace() for character in text):
                text = json.dumps(value).replace(" ", "\\u0020")
            while text in texts:
                text += "'"
            texts.append(text)
        return texts
