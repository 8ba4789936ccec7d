"""Consent that is asked for on the participant's own screen: what was asked, and what they said.

It is asked, then given or declined. Until the session begins, the participant may ask to answer again: that
is another round. What a screen says belongs to the round that it showed: what comes late counts for nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mimik.errors import ConsentMissing, StudyError
from mimik.study.consent import ON_OWN_SCREEN, Consent
from mimik.study.purposes import PURPOSES, THIS_STUDY, check_purposes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mimik.study.study import Study

__all__ = ["ASKED", "DECLINED", "GIVEN", "AskedConsent", "consent_to_ask"]

ASKED, GIVEN, DECLINED = "asked", "given", "declined"


class AskedConsent:
    """One participant's answers to a version of the study's text, each purpose by itself.

    Args:
        version: of the text that they are asked to agree to.

    Attributes:
        version: as given.
        state: "asked", "given" or "declined".
        round: how often they have been asked, from 1.
        purposes: what they allowed; empty unless it is given.
        recorded: whether it stands in the study; from then on it is taken back like any other consent.
    """

    def __init__(self, version: str) -> None:
        self.version = version
        self.state = ASKED
        self.round = 1
        self.purposes: tuple[str, ...] = ()
        self.recorded = False

    def awaits(self, round_: int) -> bool:
        """Whether an answer that is of a round counts: that round is asked, and not answered yet."""
        return self.state == ASKED and round_ == self.round

    def answered(self, round_: int) -> bool:
        """Whether a round is the newest, and answered: only then can they want to answer again."""
        return self.state != ASKED and round_ == self.round

    def answer(self, version: str, answers: Mapping[str, bool], *, at: float) -> Consent | None:
        """Take the answers, and return the consent to record; None if this study is declined.

        Args:
            version: of the text that was read.
            answers: purpose -> yes or no, for each of ``mimik.study.purposes.PURPOSES``.
            at: when, seconds since 1970 (UTC).

        Raises:
            StudyError: another version was read, or not all purposes are answered.
        """
        if version != self.version:
            raise StudyError(
                f"consent: expected answers to version {self.version} of the text, found {version[:20]!r}."
            )
        if set(answers) != set(PURPOSES):
            raise StudyError(
                f"consent: expected an answer to each of {', '.join(PURPOSES)}; found "
                f"{', '.join(sorted(answers))[:80] or 'none'}."
            )
        if not answers[THIS_STUDY]:
            self.state, self.purposes = DECLINED, ()
            return None
        self.purposes = check_purposes(purpose for purpose in PURPOSES if answers[purpose])
        self.state = GIVEN
        return Consent(at, version=version, purposes=self.purposes, how=ON_OWN_SCREEN)

    def require_given(self) -> None:
        """Raise ConsentMissing unless it is given."""
        if self.state != GIVEN:
            raise ConsentMissing(
                f"Expected the consent that the participant's screen asks for, found it {self.state}.",
                hint="Wait until they have answered. Of who declines nothing is recorded.",
            )

    def ask_again(self) -> None:
        """Forget what was answered, unless it is recorded, and begin another round."""
        if not self.recorded:
            self.state, self.purposes = ASKED, ()
            self.round += 1

    def facts(self) -> dict[str, Any]:
        """Return what the operator's page is told."""
        return {**self.seen(), "purposes": list(self.purposes)}

    def seen(self) -> dict[str, Any]:
        """Return what the participant's screen is told; the text it fetches by the version."""
        return {"version": self.version, "state": self.state, "round": self.round}


def consent_to_ask(study: Study, participant: str | None) -> AskedConsent | None:
    """Return what to ask a participant (None: a fresh one); None if they agreed to the newest text before."""
    version = study.consent_versions[-1]
    if any(p.id == participant and p.agreed_to(version) for p in study.participants):
        return None
    return AskedConsent(version)
