"""Front matter as Hugo, Jekyll, Zola, Quarto and people write it."""

from __future__ import annotations

import pytest

from ingest.markdown import read_markdown
from rag.errors import ArticleError

YAML = """---
Title: "Ferry: the end"
date: 2031-04-09 10:00:00 -0500
Author:
  - name: {given: Ann, family: Lee}
  - Bo Day <bo@wire.example>
  - {orcid: 0000}
categories: [ships]
tags: [sea, "2031", ships]
published: true
---
Gone.
"""
TOML = """+++
title = "Ferry: the end"
date = 2031-04-09T10:00:00-05:00
draft = false
[params]
author = "Ann Lee"
[taxonomies]
tags = ["sea", 2031]
categories = "ships"
+++

Gone.
"""
JSON = """{
  "title": "Ferry: the end", "publishDate": "2031-04-09T10:00:00-05:00",
  "authors": [{"name": "Ann Lee"}, {"first": "Bo", "last": "Day"}],
  "keywords": "sea, 2031, ships", "draft": false
}
Gone.
"""


@pytest.mark.parametrize("text", [YAML, TOML, JSON], ids=["yaml", "toml", "json"])
def test_every_kind_of_front_matter_says_the_same(text: str) -> None:
    draft = read_markdown(text)
    article = draft.article
    assert (article.title, article.text, draft.withheld) == ("Ferry: the end", "Gone.", False)
    assert article.published is not None
    assert article.published.value.isoformat() == "2031-04-09T10:00:00-05:00"
    assert article.published.origin == "front matter"
    assert article.authors in (("Ann Lee",), ("Ann Lee", "Bo Day"))
    assert sorted(article.tags) == ["2031", "sea", "ships"]
    assert draft.unread == ()


@pytest.mark.parametrize(
    "head", ["---\ndraft: true\n---\n", "---\npublished: False\n---\n", "+++\ndraft = true\n+++\n"]
)
def test_what_says_that_it_is_not_published_is_withheld(head: str) -> None:
    assert read_markdown(f"{head}Gone.").withheld


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("---\ntitle: one\ntags: [a\n---\nGone.", r"not YAML: line 4: "),
        ("---\ntitle: a: b\n---\nGone.", r"not YAML: line 2: mapping values"),
        ("+++\ntitle = 'one'\ndate =\n+++\nGone.", r"not TOML: line 3: Invalid value"),
        ('{\n"title": "one",\n}\nGone.', r"not JSON: line \d: "),
    ],
)
def test_what_cannot_be_read_is_told_in_a_line_that_names_the_line(text: str, told: str) -> None:
    with pytest.raises(ArticleError, match=told) as raised:
        read_markdown(text)
    assert "\n" not in str(raised.value)
    assert raised.value.hint


@pytest.mark.parametrize(
    "text", ["+++ plus\n\nGone.", "{{< video 3 >}}\n\nGone.", "{% raw %}\nGone."]
)
def test_what_only_looks_like_front_matter_is_text(text: str) -> None:
    assert read_markdown(text).article.text.endswith("Gone.")
