"""Answers that are kept: the same question to the same dataset has the same answer."""

from __future__ import annotations

from collections import OrderedDict

from mipex_kg.serving.answering import Found, Question

# An answer that would take more than this part of the room is not kept.
_PART = 8
# What an entry takes besides its texts.
_ENTRY = 500


class AnswerCache:
    """The answers that were sent last, up to a limit.

    :param most: bytes that questions and answers may take; 0 keeps none

    >>> kept = AnswerCache(1 << 20)
    >>> kept.keep(Question("ASK {}"), Found("text/csv", b"true", "b5bea41b", lasts=True))
    >>> kept.find(Question("ASK {}")).body
    b'true'
    """

    def __init__(self, most: int) -> None:
        self._most, self._size = most, 0
        self._answers: OrderedDict[Question, Found] = OrderedDict()

    def find(self, question: Question) -> Found | None:
        """Give the answer to a question, if it is kept."""
        if found := self._answers.get(question):
            self._answers.move_to_end(question)
        return found

    def keep(self, question: Question, found: Found) -> None:
        """Keep an answer that lasts, instead of those that nobody has wanted for the longest."""
        size = _size(question, found)
        if not found.lasts or size * _PART > self._most or question in self._answers:
            return
        self._answers[question] = found
        self._size += size
        while self._size > self._most:
            self._size -= _size(*self._answers.popitem(last=False))


def _size(question: Question, found: Found) -> int:
    """Tell about how many bytes a question and its answer take."""
    graphs = (name for names in question.graphs or () for name in names)
    texts = (question.text, question.accept, question.format, question.address, *graphs)
    # A text takes up to four bytes for each character.
    return _ENTRY + sum(4 * len(text) for text in texts if text) + len(found.body)
