"""Suggests which items of a rubric an answer touches, by the words that both use.

It cannot tell a right sentence from a wrong one on the same topic. So it is shown as a suggestion and is never a mark.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from cnngrade.course.questions import Question
from cnngrade.marking.grouping import LONGEST, bare, vectoriser

NEAR = (
    0.14  # cosine of a sentence with a rubric's item or a sentence of the model answer; see tests/benchmarks/marking.py
)


def suggestions(texts: Sequence[str], question: Question) -> list[frozenset[str]]:
    """Returns for each text the ids of the items that one of its sentences seems to touch."""
    sentences = [sentences_of(text[:LONGEST]) for text in texts]
    flat = [sentence for each in sentences for sentence in each]
    touched: list[set[str]] = [set() for _ in texts]
    if not flat or not question.rubric:
        return [frozenset() for _ in texts]
    owner = [number for number, each in enumerate(sentences) for _ in each]
    wanted = [(item.id, bare(text)) for item in question.rubric for text in (item.asks.en, item.asks.zh)]
    model = [bare(each) for text in _model_answers(question) for each in sentences_of(text)]
    vectors = vectoriser().fit([*flat, *model, *(text for _, text in wanted)])
    asked, said, known = (vectors.transform(part) for part in ([text for _, text in wanted], flat, model or [""]))
    near_item = (said @ asked.T).toarray()
    # A student may use the words of the rubric or those of the model answer.
    by_model = (said @ known.T).toarray()
    told = (known @ asked.T).toarray()
    for row, number in enumerate(owner):
        for column, (item, _) in enumerate(wanted):
            sentence = int(by_model[row].argmax())
            about = told[sentence, column] >= NEAR and told[sentence].argmax() == column
            if near_item[row, column] >= NEAR or (about and by_model[row, sentence] >= 2 * NEAR):
                touched[number].add(item)
    return [frozenset(each) for each in touched]


def sentences_of(text: str) -> list[str]:
    """Returns the sentences of a text in English or Chinese, bare. A sentence without words is left out."""
    return [words for each in re.split(r"(?<=[.!?;])\s+|[。！？；\n]+", text) if (words := bare(each))]


def _model_answers(question: Question) -> list[str]:
    return [question.answer.en, question.answer.zh] if question.answer else []
