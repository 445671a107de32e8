"""Which language a text is in."""

from __future__ import annotations

import pytest

from rag.language import LanguageRecogniser


@pytest.mark.parametrize(
    "question",
    [
        "Hvor mye kostet den nye broen?",
        "Ποιος είναι ο δήμαρχος της πόλης;",
        "Wer ist der Bürgermeister?",
        "¿Quién es el alcalde?",
        "谁是市长？",
    ],
)
def test_a_question_in_another_language_is_known_as_one(question):
    assert LanguageRecogniser().foreign(question)


@pytest.mark.parametrize(
    "question",
    [
        "Mayor of Port Ellery?",
        "Who founded Société Générale de Belgique?",
        "Is Bayern München the champion?",
        "ferry timetable",
    ],
)
def test_names_from_elsewhere_make_no_question_foreign(question):
    assert not LanguageRecogniser().foreign(question)
