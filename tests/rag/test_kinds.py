"""Which questions are not questions of fact, and which only look like it."""

from __future__ import annotations

from datetime import date

import pytest

from rag import kinds
from rag.types import Kind
from rag.understanding import spans


def read(text: str) -> kinds.Recognised:
    return kinds.read(text, spans.find(text, date(2024, 11, 20)))


@pytest.mark.parametrize("text", ["Hello", "hi there!", "Good morning, how are you?", "Hey!"])
def test_a_greeting(text):
    assert read(text).kind is Kind.GREETING


@pytest.mark.parametrize(
    "text",
    ["thanks", "Thank you very much for your help.", "ok, thanks!", "Great, thank you", "bye"],
)
def test_thanks(text):
    assert read(text).kind is Kind.THANKS


@pytest.mark.parametrize(
    "text",
    [
        "help",
        "What can you answer?",
        "what can I ask you here?",
        "What's in here?",
        "what is in the library?",
        "Who are you?",
        "How does this work?",
        "Which publishers are there?",
        "What topics do you cover?",
    ],
)
def test_help(text):
    assert read(text).kind is Kind.HELP


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("What's new?", ""),
        ("What’s new on the bridge this week?", "the bridge"),
        ("Hi! What is new this week?", ""),
        ("latest on the dredging", "the dredging"),
        ("Any news about the harbour?", "the harbour"),
        ("Is there any news on the ferry?", "the ferry"),
        ("What happened yesterday?", ""),
        ("What happened at the harbour last week?", "the harbour"),
        ("What's the latest news from Ellmere?", "Ellmere"),
        ("Could you tell me what's new, please?", ""),
        ("Give me the latest news about the port", "the port"),
        ("today's headlines", ""),
        ("Summarise the news of this week", ""),
        ("What's going on in Tarn?", "Tarn"),
        ("recent news about the bridge since 3 March", "the bridge"),
    ],
)
def test_news_and_its_topic(text, topic):
    reading = read(text)
    assert (reading.kind, reading.topic) == (Kind.NEWS, topic)


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("Summarise this article", ""),
        ("summarize it in three sentences", ""),
        ("Sum it up, please", ""),
        ("tl;dr", ""),
        ("What is this article about?", ""),
        ("Summarise 'Harbour bridge to close'", "Harbour bridge to close"),
        ("Can you summarise the story on the ferry for me?", "the ferry"),
        ("Give me a short summary of the article about the bridge", "the bridge"),
        ("Sum up the article “Two more boats”", "Two more boats"),
        (
            "Summarise 'Mayor's plan of 3 May 2024: storm on Monday?'",
            "Mayor's plan of 3 May 2024: storm on Monday?",
        ),
        ("Summarise yesterday's article about the bridge", "the bridge"),
    ],
)
def test_a_digest_and_its_article(text, topic):
    reading = read(text)
    assert (reading.kind, reading.topic) == (Kind.DIGEST, topic)


@pytest.mark.parametrize(
    ("text", "topic", "by"),
    [
        ("List the articles about the ferry", "the ferry", ""),
        ("Which articles mention Maren Holt?", "Maren Holt", ""),
        ("show me everything by Paul Roux", "", "Paul Roux"),
        ("Show me the articles on the ferry by Ida Brandt", "the ferry", "Ida Brandt"),
        ("Articles by Ida Brandt about the bridge", "the bridge", "Ida Brandt"),
        ("Which articles did Ida Brandt write?", "", "Ida Brandt"),
        ("list all articles from last week", "", ""),
        ("Find articles on the port since May", "the port", ""),
        ("Do you have any articles about gardens?", "gardens", ""),
        ("What articles were published this week?", "", ""),
    ],
)
def test_a_list_and_what_it_is_of(text, topic, by):
    reading = read(text)
    assert (reading.kind, reading.topic, reading.by) == (Kind.LIST, topic, by)


def test_articles_with_a_tag():
    assert read("List all articles tagged 'transport'") == kinds.Recognised(
        Kind.LIST, tag="transport"
    )


@pytest.mark.parametrize(
    "text",
    [
        "Who said hello to the mayor?",
        "What is the latest figure for the dredging?",
        "What is the latest version of the plan?",
        "What did the list of victims say?",
        "Thanks to whom did the club survive?",
        "What can the harbour handle?",
        "What happened in 1066?",
        "What happened on 3 March 2024?",
        "What happened to the ferry?",
        "What is in the water of the harbour?",
        "What is the new bridge called?",
        "What did the mayor say about the news?",
        "What are the top stories of the tower used for?",
        "What articles of clothing did the victims wear?",
        "How many articles does the constitution have?",
        "How many stories does the tower have?",
        "Who wrote the article about the harbour?",
        "What is the summary of the judgement?",
        "Why is there no news from the ship?",
        "When was the latest update?",
        "List the members of the council",
        "How does the bridge work?",
        "Who are you voting for?",
        "Hi, who won the vote?",
        "harbour bridge",
        "???",
    ],
)
def test_a_question_of_fact_stays_one(text):
    assert read(text) == kinds.Recognised()


@pytest.mark.parametrize("name", ["squad2", "clapnq", "nq_open_oracle", "realtimeqa_2022"])
def test_real_questions_of_fact_are_never_taken_for_another_kind(data, name):
    from evals.sets.datasets import Dataset

    cases = list(Dataset(data / name).cases())
    assert [case.question for case in cases if read(case.question).kind is not Kind.FACT] == []
