"""Sessions for our own code: each remembers what it has answered."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any

from cnngrade.judge.failures import Failure
from cnngrade.judge.session import Ask, Session
from cnngrade.sandbox.inside import wire

_LARGE = 2**20  # bytes; larger questions are not remembered
_ANY = wire.Allowance(0, 0, 0, 0, 0, 0, 0)  # what an answer may cost is no part of the question


class TrustedSession(Session):
    """A session for our own code: what it answered once, or how it failed, is remembered for the whole run."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._answers: dict[bytes, Any] = {}

    def ask(self, ask: Ask) -> Any:
        """As `Session.ask`; the same question gets the same answer without being asked again."""
        if ask.pace:
            ask = replace(ask, pace=None)  # which would ask this very process while it computes
        body = wire.encode_request(ask.call(_ANY))
        if len(body) > _LARGE:
            return super().ask(ask)
        key = hashlib.sha256(body).digest()
        if key not in self._answers:
            try:
                self._answers[key] = super().ask(ask)
            except Failure as failure:
                self._answers[key] = failure
        answer = self._answers[key]
        if isinstance(answer, Failure):
            raise answer
        return answer
