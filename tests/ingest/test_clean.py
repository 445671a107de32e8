"""Page furniture goes, what the article says stays."""

from pathlib import Path

import pytest

from ingest.clean import story, without_furniture
from ingest.files import read_file
from ingest.reading import Read
from ingest.sources import File, find

SAID = "“We’ll rebuild the pier,” said\u00a0Ms\u00a0Okafor – ‘by spring’ at the latest."


def test_a_pasted_story_comes_apart_into_headline_text_and_agency() -> None:
    pasted = f"Views: 1,204\nStorm takes the old pier\n{SAID}\nShare this\n\n(HARBOUR WIRE)\n"
    parts = story(pasted)
    assert (parts.title, parts.text, parts.source) == (
        "Storm takes the old pier",
        SAID,
        "HARBOUR WIRE",
    )


@pytest.mark.parametrize(
    "line",
    [
        "Views: 14",
        "3.4k views",
        "12 Comments",
        "Comments (3)",
        "Share this article",
        "Share on Facebook",
        "Facebook  Twitter | WhatsApp • Email",
        "Read more",
        "READ MORE: Five piers that fell into the sea",
        "Advertisement",
        "- ADVERTISEMENT -",
        "Story continues below advertisement",
        "Subscribe",
        "Sign up for our weekly newsletter!",
        "Get the day’s news delivered to your inbox",
        "Follow us on Instagram.",
        "You may also like:",
        "4 min read",
        "© 2031 Harbour Wire. All rights reserved.",
    ],
)
def test_furniture_goes(line: str) -> None:
    assert without_furniture(f"One.\n {line} \nTwo.") == "One.\nTwo."


@pytest.mark.parametrize(
    "line",
    [
        "He shared this article with his sister.",
        "Views: the mayor and the harbour master disagree.",
        "Facebook",
        "Facebook, Twitter and the town hall said nothing.",
        "Read more slowly, the teacher told them.",
        "Related: the council had met in secret that week.",
        "She signed up for the navy.",
        "Advertisements for the ferry were banned in May.",
        "Follow us, the guide said, and they did.",
        "14",
        "",
    ],
)
def test_what_an_article_may_say_stays(line: str) -> None:
    assert without_furniture(f"One.\n{line}\nTwo.") == f"One.\n{line}\nTwo."


@pytest.mark.parametrize(
    "text",
    [
        "The pier fell on Monday.\nNobody was hurt.",  # a sentence, no headline
        "Only one line without a full stop",
        "The council of the small town on the northern shore met\non Monday to hear the engineers.",
        "The engineers of the council spoke first and told the Mayor of\n"
        "Northport that the pier could not have been saved by the\nmeans at hand.",
        "x" * 251 + "\nNobody was hurt.",
    ],
)
def test_a_first_line_that_begins_the_story_is_no_headline(text: str) -> None:
    assert (story(text).title, story(text).text) == ("", text)


@pytest.mark.parametrize("last", ["(Reporting by Ann Lee.)", "(ENDS)", "(Laughter)", "(2031)"])
def test_other_words_in_brackets_are_no_agency(last: str) -> None:
    parts = story(f"Pier falls\n\nNobody was hurt.\n{last}")
    assert parts.source == ""
    assert parts.text.endswith(last)


def test_the_seed_article_loses_its_furniture_and_nothing_else(data: Path) -> None:
    items, _ = find(data / "seed")
    (file,) = items
    assert isinstance(file, File)
    (read,) = read_file(file, 20)
    assert isinstance(read, Read)
    article = read.article
    lines = file.path.read_text(encoding="utf-8").strip("\n").split("\n")
    assert lines[0] == "Views: 14"
    assert article.title == lines[1]
    assert article.text == "\n".join(lines[2:-1])
    assert f"({article.source})" == lines[-1] == "(DAILYT MAIL)"
