"""What a takeout says of itself, in plain English and German: ``README.txt``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimik.study.takeoutuses import uses_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mimik.study.session import SessionInfo
    from mimik.study.takeoutuses import Use

__all__ = ["readme"]

_SYNTHETIC = """\
SYNTHETIC: a simulated person. Nothing here is about a real face.
SYNTHETISCH: eine simulierte Person. Nichts hier stammt von einem echten Gesicht.

"""

_ENGLISH = """\
YOUR DATA

Study: {title}
You are {participant} in it. This is a pseudonym: your name is not in these files.
Sessions: {sessions}. Frames: {frames}.

This is everything the study's folder holds of you. Tables (.csv) open in any spreadsheet; they are in UTF-8,
with commas between cells and a point in decimals. Times like 2026-03-01T09:30:00Z are in UTC. An empty cell
is not known or was not measured. An apostrophe (') before a text was added so that no program runs it.

participant.csv       what the study notes of you
consent.csv           what you agreed to, when you did and when that was recorded, how, and what for; what
                      you said last counts (study: this study; sharing: sharing with others; later-use: later
                      studies). A day alone, such as 2026-03-01, is one of which the time is not known
consent-text-N.txt    the text you agreed to
uses.csv              what was made with your data: data sets to be given to others (release), with their
                      format, and models that learned from them; listed below, too
sessions.csv          when you took part, and with which device and program
ses-01/ and so on, one folder a session:
  trials.csv          what you were asked to show, how it ended, and why a trial was marked as bad
  events.csv          what else happened: pauses, reminders, and notes of whoever led the session
  answers.csv         what you answered, if you were asked
  exclusions.csv      which trials were marked as bad, and why, if any were
  frames.csv          how your face moved, one line a moment, usually 60 a second

What stands in frames.csv:
  trial               number of the trial; -1 for an attempt that was done again
  number              the device's own count
  device_time         seconds on the device's clock
  arrival_time        seconds since 1 January 1970, UTC
  tracked             whether the device saw a face
  expression          what you were asked to show; never what you felt
  eyeBlinkLeft ... tongueOut
                      how far a part of the face moved: 0 at rest, about 1 at most; left and right are yours
  headYaw, headPitch, headRoll, leftEyeYaw ... rightEyeRoll
                      how head and eyes were turned, in radians (1 radian is about 57 degrees)
  headX, headY, headZ where the head was, in metres

onset and duration in the other tables are seconds from the start of the session.

What was made with your data, as this study's registers tell:
{uses_en}
The registers don't tell to whom each of these was given. You have a right to know: ask those who lead the
study, and name what stands behind the colon. What was copied without this program is not in the registers.

You may ask those who lead the study to correct or to remove your data. You may take back what you agreed to.
How a face moves can tell who somebody is: be careful whom you give these files.
"""

_GERMAN = """\
IHRE DATEN

Studie: {title}
Sie heißen darin {participant}. Das ist ein Pseudonym: Ihr Name steht nicht in diesen Dateien.
Sitzungen: {sessions}. Einzelbilder: {frames}.

Das ist alles, was der Ordner der Studie über Sie enthält. Tabellen (.csv) lassen sich mit jeder
Tabellenkalkulation öffnen; sie sind in UTF-8, mit Kommas zwischen den Zellen und einem Punkt in
Dezimalzahlen. Zeiten wie 2026-03-01T09:30:00Z sind in UTC. Eine leere Zelle ist nicht bekannt oder wurde
nicht gemessen. Ein Apostroph (') vor einem Text wurde ergänzt, damit kein Programm ihn ausführt.

participant.csv       was die Studie über Sie vermerkt
consent.csv           worin Sie eingewilligt haben, wann das war und wann es vermerkt wurde, wie und wofür;
                      was Sie zuletzt sagten, gilt (study: diese Studie; sharing: Weitergabe an andere;
                      later-use: spätere Studien). Von einem Tag allein, wie 2026-03-01, ist die Uhrzeit
                      nicht bekannt
consent-text-N.txt    der Text, in den Sie eingewilligt haben
uses.csv              was mit Ihren Daten gemacht wurde: Datensätze zur Weitergabe an andere (release), mit
                      ihrem Format, und Modelle, die daraus gelernt haben; auch unten aufgeführt
sessions.csv          wann Sie teilgenommen haben, mit welchem Gerät und Programm
ses-01/ und so weiter, ein Ordner je Sitzung:
  trials.csv          was Sie zeigen sollten, wie es ausging, und warum ein Durchgang als schlecht galt
  events.csv          was sonst geschah: Pausen, Hinweise und Notizen der Versuchsleitung
  answers.csv         was Sie geantwortet haben, falls Sie gefragt wurden
  exclusions.csv      welche Durchgänge als schlecht markiert wurden und warum, falls es welche gab
  frames.csv          wie sich Ihr Gesicht bewegte, eine Zeile je Augenblick, meist 60 in der Sekunde

Was in frames.csv steht:
  trial               Nummer des Durchgangs; -1 für einen Versuch, der wiederholt wurde
  number              die eigene Zählung des Geräts
  device_time         Sekunden auf der Uhr des Geräts
  arrival_time        Sekunden seit dem 1. Januar 1970, UTC
  tracked             ob das Gerät ein Gesicht sah
  expression          was Sie zeigen sollten; nie, was Sie fühlten
  eyeBlinkLeft ... tongueOut
                      wie weit sich ein Teil des Gesichts bewegte: 0 in Ruhe, höchstens etwa 1;
                      links und rechts sind von Ihnen aus gesehen
  headYaw, headPitch, headRoll, leftEyeYaw ... rightEyeRoll
                      wie Kopf und Augen gedreht waren, in Radiant (1 Radiant sind etwa 57 Grad)
  headX, headY, headZ wo der Kopf war, in Metern

onset und duration in den anderen Tabellen sind Sekunden seit Beginn der Sitzung.

Was mit Ihren Daten gemacht wurde, wie es in den Verzeichnissen dieser Studie steht:
{uses_de}
An wen etwas davon weitergegeben wurde, steht nicht darin. Sie haben ein Recht, es zu erfahren: Fragen Sie die
Leitung der Studie und nennen Sie, was hinter dem Doppelpunkt steht. Was ohne dieses Programm kopiert wurde,
steht nicht in den Verzeichnissen.

Sie können die Leitung der Studie bitten, Ihre Daten zu berichtigen oder zu löschen. Sie können Ihre
Einwilligung zurücknehmen. Wie sich ein Gesicht bewegt, kann verraten, wer jemand ist: Überlegen Sie, wem Sie
diese Dateien geben.
"""


def readme(
    title: str, participant: str, sessions: Sequence[SessionInfo], uses: Sequence[Use], *, synthetic: bool
) -> bytes:
    """Return the ``README.txt``; simulated data are marked on its first lines."""
    facts = {
        "title": " ".join(title.split()),
        "participant": participant,
        "sessions": len(sessions),
        "frames": sum(info.frames for info in sessions),
        "uses_en": uses_text(uses, "en"),
        "uses_de": uses_text(uses, "de"),
    }
    texts = "\n\n".join(text.format(**facts) for text in (_ENGLISH, _GERMAN))
    text = (_SYNTHETIC if synthetic else "") + texts
    return text.replace("\n", "\r\n").encode("utf-8-sig")
