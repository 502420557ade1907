"""Questions and answers as bytes, on their way between the server and a worker.

A worker runs what strangers wrote. So nothing that comes from it is taken for more than data.
"""

from __future__ import annotations

import json
import marshal
import struct
from typing import NamedTuple

from mipex_kg.dataset.querying import Graphs
from mipex_kg.serving.answering import Found, Question, Refused

# The length of what follows.
LENGTH = struct.Struct("!Q")
# What kind of answer it is, whether the worker is tired, whether the answer lasts; and how many
# bytes are told of it before its body.
_HEAD = struct.Struct("!B??I")
_FOUND, _REFUSED, _BUG = range(3)


class Bug(NamedTuple):
    """What has gone wrong in a worker, for the log."""

    traceback: str


class Sent(NamedTuple):
    """What a worker sends.

    :param is_tired: whether it should not be asked again
    """

    reply: Found | Refused | Bug
    is_tired: bool


def framed(data: bytes) -> bytes:
    """Write data with its length before it."""
    return LENGTH.pack(len(data)) + data


def write_question(question: Question) -> bytes:
    """Write a question, without its length.

    >>> read_question(write_question(Question("ASK {}", Graphs(("u:g",))))).graphs
    Graphs(default=('u:g',), named=())
    """
    text, graphs, *others = question
    return marshal.dumps((text, graphs and tuple(graphs), *others))


def read_question(data: bytes) -> Question:
    """Read a question, which the server has written."""
    text, graphs, *others = marshal.loads(data)  # noqa: S302 - as nobody else can write to a worker
    return Question(text, graphs and Graphs(*graphs), *others)


def write_answer(sent: Sent) -> bytes:
    """Write an answer, without its length.

    >>> sent = Sent(Found("text/csv", b"true", "b5bea41b", lasts=True), is_tired=False)
    >>> read_answer(write_answer(sent)) == sent
    True
    """
    reply, is_tired = sent
    if isinstance(reply, Found):
        told = f"{reply.media_type}\n{reply.tag}".encode()
        return _HEAD.pack(_FOUND, is_tired, reply.lasts, len(told)) + told + reply.body
    told = json.dumps(reply).encode()
    kind = _REFUSED if isinstance(reply, Refused) else _BUG
    return _HEAD.pack(kind, is_tired, False, len(told)) + told


def read_answer(data: bytes) -> Sent:
    """Read an answer.

    :raises ValueError: when it isn't one
    """
    try:
        kind, is_tired, lasts, length = _HEAD.unpack_from(data)
        start = _HEAD.size + length
        told = data[_HEAD.size : start].decode()
        if kind == _FOUND:
            media_type, tag = told.split("\n")
            return Sent(Found(media_type, data[start:], tag, lasts), is_tired)
        kinds = {_REFUSED: Refused, _BUG: Bug}
        return Sent(kinds[kind](*json.loads(told)), is_tired)
    except (struct.error, KeyError, TypeError) as error:
        raise ValueError("A worker has sent something other than an answer.") from error
