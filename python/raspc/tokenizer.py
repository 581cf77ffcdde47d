"""A Hugging Face tokenizer for a circuit's vocabulary."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .vocabulary import Vocabulary

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast


def make_tokenizer(vocabulary: Vocabulary, name: str) -> PreTrainedTokenizerFast:
    """A tokenizer for tokens separated by spaces. It puts BOS in front, and fails on a token that is not in the vocabulary."""
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import WhitespaceSplit
    from tokenizers.processors import TemplateProcessing
    from transformers import PreTrainedTokenizerFast

    texts = vocabulary.spellings()
    bos, pad = texts[vocabulary.bos_id], texts[vocabulary.pad_id]
    tokenizer = Tokenizer(WordLevel({text: index for index, text in enumerate(texts)}))
    tokenizer.pre_tokenizer = WhitespaceSplit()
    tokenizer.post_processor = TemplateProcessing(single=f"{bos} $A", special_tokens=[(bos, vocabulary.bos_id)])
    # TransformerLens would load a tokenizer again, by its name, if it did not say that it adds BOS; and would add an end of
    # sequence, which these transformers do not have.
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        bos_token=bos,
        pad_token=pad,
        eos_token=pad,
        add_bos_token=True,
        name_or_path=name,
        clean_up_tokenization_spaces=False,
    )
