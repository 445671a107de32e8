"""Statements are taken from a stream whole, whatever a model does with ids and Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from rag.writing.naming import only_labels
from rag.writing.parsing import SENTINEL, Said, said

KNOWN = ("k3f9", "a2b1")
FERRY, BRIDGE = "Ferries sail daily.", "The bridge is shut."


def read(*pieces: str) -> list[Said]:
    return list(said(pieces, KNOWN))


def told(text: str) -> list[tuple[str, tuple[str, ...]]]:
    return [(one.text, one.ids) for one in read(text)]


@pytest.mark.parametrize(
    ("written", "ids"),
    [
        ("Ferries sail daily [k3f9].", ("k3f9",)),
        ("Ferries sail daily. [k3f9]", ("k3f9",)),
        ("Ferries sail daily.[k3f9]", ("k3f9",)),
        ("Ferries sail daily [k3f9, a2b1].", ("k3f9", "a2b1")),
        ("Ferries sail daily [k3f9; a2b1].", ("k3f9", "a2b1")),
        ("Ferries sail daily [k3f9 and a2b1].", ("k3f9", "a2b1")),
        ("Ferries sail daily [k3f9][a2b1].", ("k3f9", "a2b1")),
        ("Ferries sail daily. [k3f9] [a2b1]", ("k3f9", "a2b1")),
        ("Ferries sail daily (k3f9).", ("k3f9",)),
        ("Ferries sail daily. (k3f9, a2b1)", ("k3f9", "a2b1")),
        ("Ferries sail daily ([k3f9]).", ("k3f9",)),
        ("Ferries sail daily [K3F9].", ("k3f9",)),
        ("Ferries sail daily [passage k3f9].", ("k3f9",)),
        ("Ferries sail daily. (Source: k3f9)", ("k3f9",)),
        ("Ferries sail daily.\n[k3f9]", ("k3f9",)),
        ("Ferries sail daily.\nSources: [k3f9]", ("k3f9",)),
        ("Ferries sail daily {k3f9}.", ("k3f9",)),
        ("Ferries sail daily. {'id': 'k3f9'}", ("k3f9",)),
        ("Ferries sail daily 【k3f9†source】.", ("k3f9",)),
        ("Ferries sail daily[^k3f9].", ("k3f9",)),
        ("Ferries sail daily ^k3f9^.", ("k3f9",)),
        ("Ferries sail daily [id=k3f9].", ("k3f9",)),
        ("Ferries sail daily [id=k3f9, id=a2b1].", ("k3f9", "a2b1")),
        ('Ferries sail daily "k3f9".', ("k3f9",)),
        ("Ferries sail daily. “k3f9” and “a2b1”", ("k3f9", "a2b1")),
        ("Ferries sail daily k3f9.", ("k3f9",)),
        ("Ferries sail daily. k3f9, a2b1", ("k3f9", "a2b1")),
        ("Ferries sail daily. Source: k3f9", ("k3f9",)),
        ("Ferries sail daily. Sources: k3f9 and a2b1.", ("k3f9", "a2b1")),
        ("Ferries sail daily (see passage [k3f9]).", ("k3f9",)),
        ("Ferries sail daily. ([k3f9], [a2b1])", ("k3f9", "a2b1")),
        ("Ferries sail daily `[k3f9]`.", ("k3f9",)),
        ("Ferries sail daily **[k3f9]**.", ("k3f9",)),
        ("Ferries sail daily. — [k3f9]", ("k3f9",)),
        ("Ferries sail daily. [k3f9]. [a2b1].", ("k3f9", "a2b1")),
        ("Ferries sail daily <passage k3f9>.", ("k3f9",)),
        ("Ferries sail daily. <passage id='k3f9'/>", ("k3f9",)),
        ("<passage k3f9>Ferries sail daily.</passage k3f9>", ("k3f9",)),
        ("[Ferries sail daily.](k3f9)", ("k3f9",)),
        ("Ferries sail daily. (k3f9, z9z9)", ("k3f9",)),
        ("Ferries sail daily {z9z9}.", ()),
        ("Ferries sail daily 【1】.", ()),
        ("Ferries sail daily [^1].", ()),
        ("Ferries sail daily [id=z9z9].", ()),
        ("Ferries sail daily [k3f9, z9z9].", ("k3f9",)),
        ("Ferries sail daily [z9z9].", ()),
        ("Ferries sail daily [1].", ()),
        ("Ferries sail daily.", ()),
    ],
)
def test_ids_are_read_as_models_write_them(written: str, ids: tuple[str, ...]) -> None:
    same_line = () if "\n" in written else (f" {BRIDGE} [a2b1]",)
    for after in ("", " ", "\n", *same_line, f"\n{BRIDGE} [a2b1]", f"\n\n- {BRIDGE} [a2b1]"):
        expected = [(FERRY, ids)]
        if BRIDGE in after:
            expected += [(BRIDGE, ("a2b1",))]
        assert told(written + after) == expected


@pytest.mark.parametrize(
    "written",
    [
        "**Ferries** sail *daily* [k3f9].",
        "**Ferry news**\n\nFerries sail daily [k3f9].",
        "**Ferry news:**\nFerries sail daily [k3f9].",
        "- Ferries sail daily [k3f9].",
        "1. Ferries sail `daily` [k3f9].",
        "# Ferries\n\nFerries sail daily [k3f9].",
        "Here is what they say:\n* Ferries sail daily. [k3f9]",
        "Answer: Ferries sail daily [k3f9].",
        "[Ferries](https://evil.example) sail daily [k3f9].",
        "![Ferries](https://evil.example/x.png) sail <b>daily</b> [k3f9].",
        "<think>They ask [a2b1]. I say.\n</think>\n\nFerries sail daily [k3f9].",
        "Ferries sail daily [k3f9].<|im_end|>",
        "```\nFerries sail daily [k3f9].\n```",
        "[k3f9] Ferries sail daily.",
        "The passage says that ferries sail daily [k3f9].",
        "According to passage [k3f9], ferries sail daily.",
        "According to [k3f9], ferries sail daily.",
        "- As [k3f9] says, ferries sail daily.",
        "As reported in the article k3f9, ferries sail daily.",
        "In [k3f9], ferries sail daily.",
        "Ferries sail daily, according to [k3f9].",
        "Ferries sail daily, as stated in passage k3f9.",
        "Ferries sail, according to <passage k3f9>, daily.",
        "Passage [k3f9] says that ferries sail daily.",
        "The article [k3f9] states that ferries sail daily.",
        "[k3f9]: Ferries sail daily.",
        "k3f9 – Ferries sail daily.",
        "Ferries sail daily [k3f9].\n\nSources:\n- [k3f9]\n- [a2b1]",
        "Ferries sail daily [k3f9].\n\nReferences: k3f9",
    ],
)
def test_markup_is_read_as_plain_text(written: str) -> None:
    assert told(written) == [(FERRY, ("k3f9",))]


@pytest.mark.parametrize(
    ("written", "own"),
    [
        ("According to the passages, ferries sail daily.", FERRY),
        ("According to the provided texts, “Ferries” sail daily.", "“Ferries” sail daily."),
        ("Ferries sail <passage z9z9>.", "Ferries sail."),
        *(
            (text, text)
            for text in (
                "According to the articles of association, the board has five members.",
                "According to the article by Lind, the mill closed.",
                "According to the text message sent by Holt, the mill closed.",
                "According to the text of the treaty, both must disarm.",
            )
        ),
    ],
)
def test_only_a_manner_of_speaking_goes_and_no_words_with_it(written: str, own: str) -> None:
    assert told(written) == [(own, ())]


def test_lines_without_full_stops_are_statements() -> None:
    lines = ["The mill burned down in 1911", "It was rebuilt in 1913", "It closed in 1950"]
    assert [(one.text, one.title) for one in read("\n".join(lines))] == [
        ("The mill burned down in 1911", False),
        ("It was rebuilt in 1913", False),
        ("It closed in 1950", False),
    ]


def test_short_ones_above_others_may_be_titles_and_are_said_to_be() -> None:
    first, second, third = read("Ferry news\nEleven weeks\nFerries sail daily")
    assert first == Said("Ferry news", title=True)
    assert second == Said("Eleven weeks", title=True)
    assert third == Said("Ferries sail daily", whole=False)
    assert not any(one.title for one in read(f"Eleven weeks [k3f9]\n- Eleven weeks\n{FERRY}"))


LINES = st.lists(
    st.from_regex(r"[A-Z][a-z]{2,5}( [a-z]{3,5}){0,6}", fullmatch=True).filter(
        lambda line: not only_labels(line)
    ),
    min_size=1,
    max_size=5,
)


@given(LINES, st.sampled_from(["\n", "\n\n", "  \n"]))
@settings(max_examples=200, deadline=None)
def test_no_line_of_words_goes_unseen(lines: list[str], gap: str) -> None:
    assert " ".join(one.text for one in read(gap.join(lines))) == " ".join(lines)


def test_two_lines_are_two_statements_and_ids_before_a_line_are_its_own() -> None:
    assert told("[k3f9] Ferries\n[a2b1] The bridge\n") == [
        ("Ferries", ("k3f9",)),
        ("The bridge", ("a2b1",)),
    ]


def test_full_stops_that_end_nothing_part_nothing() -> None:
    text = "Dr. Holt of the U.S. Navy paid $4.2 million on Jan. 3 [k3f9]."
    assert told(text) == [(text.replace(" [k3f9]", ""), ("k3f9",))]


@pytest.mark.parametrize(
    "text",
    [
        "She [Holt] flew an (A380) in (2024).",
        "Bird flu (H5N1) killed 4,000 hens.",
        "The army sent tanks [M1A2] north.",
        "The mill cost [$4m] and [sic] burned in {1911}.",
        "It is step (1) of Article [12.5], see (z9z9).",
        "She signed the document and named her sources.",
        "They see the source: a spring.",
    ],
)
def test_brackets_that_hold_no_ids_stay(text: str) -> None:
    assert told(text) == [(text, ())]


@pytest.mark.parametrize(
    ("written", "own"),
    [
        ("She signed the document [k3f9].", "She signed the document."),
        ("She names her sources [k3f9].", "She names her sources."),
        ("Ferries [k3f9] and buses [a2b1] go.", "Ferries and buses go."),
        ("Ferries go (daily, k3f9), they say.", "Ferries go (daily), they say."),
        ("Ferries go [k3f9 - Coast Courier].", "Ferries go [Coast Courier]."),
        ("Ferries go[k3f9]and come.", "Ferries go and come."),
    ],
)
def test_only_what_belongs_to_ids_goes_with_them(written: str, own: str) -> None:
    assert [text for text, _ in told(written)] == [own]


WORD = st.from_regex(r"[A-Za-z0-9]{1,6}", fullmatch=True).filter(
    lambda word: word.casefold() not in (*KNOWN, "think", "b")
)


@given(WORD, st.sampled_from(["({})", "[{}]", "{{{}}}", "{}", "“{}”"]))
@settings(max_examples=400, deadline=None)
def test_a_word_that_is_no_id_never_vanishes(word: str, bracket: str) -> None:
    # In such brackets small letters with figures are an id that a model has made up.
    assume(bracket not in ("[{}]", "{{{}}}") or not re.fullmatch(r"[a-z]*\d[a-z\d]*", word))
    (one,) = read(f"Ferries {bracket.format(word)} sail daily.")
    assert one.text == f"Ferries {bracket.format(word)} sail daily."


def test_what_multiplies_is_no_markup() -> None:
    assert told("It is 4*5 and 6*7 long.") == [("It is 4*5 and 6*7 long.", ())]


@pytest.mark.parametrize("written", [SENTINEL, f"{SENTINEL}.", f"**{SENTINEL}**\n\nThe passages …"])
def test_the_sentinel_is_recognised_however_it_is_dressed(written: str) -> None:
    assert read(written)[0].declines
    assert not any(one.declines for one in read(f"It is {SENTINEL}."))


def test_what_was_cut_off_says_so_and_half_an_id_is_nothing() -> None:
    assert read(f"{FERRY} [k3f9] The bri")[-1] == Said("The bri", whole=False)
    assert read(f"{FERRY} [k3") == [Said(FERRY)]
    assert read(f"{FERRY} (k3") == [Said(FERRY)]
    assert [one.whole for one in read("Eleven weeks [k3f9]")] == [True]


def test_a_statement_waits_for_its_ids_and_for_nothing_else() -> None:
    come: list[str] = []

    def pieces() -> Iterator[str]:
        for piece in (FERRY, " [k3", "f9]", " The ", "bridge"):
            come.append(piece)
            yield piece

    first = next(said(pieces(), KNOWN))
    assert first == Said(FERRY, ("k3f9",))
    assert come[-1] == " The "


SHAPES = """[{}] ({}) {{{}}} 【{}】 [^{}] [id={}] "{}" “{}” {} `{}` **[{}]** <{}> [passage·{}]
(see·{}) <passage·{}> <passage·id="{}">
[[{}]] ([{}]) [source:·{}] (Source:·[{}]) [{},·z9z9] [1,·{}]"""
SHAPED = st.sampled_from([shape.replace("·", " ") for shape in SHAPES.split()])
STATED = st.tuples(
    st.sampled_from(["Ferries sail daily", "The bridge is shut", "Dr. Holt paid $4.2 million"]),
    SHAPED,
    st.sampled_from(KNOWN),
    st.sampled_from(["{said} {named}.", "{said}. {named}", "{said}. Source: {named}"]),
    st.sampled_from([" ", "\n", "\n\n", "\n- "]),
)


@given(st.lists(STATED, min_size=1, max_size=4), st.lists(st.integers(0, 300), max_size=8))
@settings(max_examples=400, deadline=None)
def test_ids_in_any_shape_are_those_of_their_statement_however_the_stream_is_cut(
    stated: list, cuts: list[int]
) -> None:
    text = "".join(
        place.format(said=said, named=shape.format(name)) + gap
        for said, shape, name, place, gap in stated
    )
    places = sorted({0, len(text), *(cut for cut in cuts if cut < len(text))})
    pieces = [text[a:b] for a, b in pairwise(places)]
    assert [(one.text, one.ids) for one in read(*pieces)] == [
        (f"{said}.", (name,)) for said, _, name, _, _ in stated
    ]


@given(SHAPED, st.sampled_from(KNOWN))
@settings(deadline=None)
def test_of_ids_that_have_half_arrived_no_figure_is_taken_for_the_statements(
    shape: str, name: str
) -> None:
    text = f"Ferries sail daily {shape.format(name)}."
    for end in range(len(text)):
        (*_, one) = read(text[:end]) or [Said("")]
        assert not any(map(str.isdigit, one.text)), text[:end]


BITS = """Ferries sail daily . ! [ ] ( ) [k3f9] [a2b1] (k3f9) [z9z9] [k3f9,a2b1] k3f9 {k3f9}
【a2b1】 [^k3f9] "a2b1" <passage id=k3f9> passage see and — | , ; : - * ** #
1. Dr. U.S. 4.2 <think> </think> <b> ![a](b) ` _ UNANSWERED Sources: “ ” é 桥 。"""
TEXTS = st.lists(
    st.tuples(st.sampled_from(BITS.split()), st.sampled_from(["", " ", "\n"])), max_size=25
).map(lambda rows: "".join(word + gap for word, gap in rows))


@given(TEXTS, st.lists(st.integers(0, 300), max_size=12))
@settings(max_examples=400, deadline=None)
def test_however_a_stream_is_cut_the_statements_are_the_same(text: str, cuts: list[int]) -> None:
    places = sorted({0, len(text), *(cut for cut in cuts if cut < len(text))})
    pieces = [text[a:b] for a, b in pairwise(places)]
    assert read(*pieces) == read(text) == read(*text)


@given(TEXTS, TEXTS)
@settings(max_examples=200, deadline=None)
def test_what_was_let_out_stays_whatever_comes_after(text: str, more: str) -> None:
    let_out: list[Said] = []

    def pieces() -> Iterator[str]:
        yield text
        let_out.extend(seen)
        yield more

    seen: list[Said] = []
    for one in said(pieces(), KNOWN):
        seen.append(one)
    assert seen[: len(let_out)] == let_out
    assert all(one.text.strip() and set(one.ids) <= set(KNOWN) for one in seen)
    assert not any(re.search(rf"(?<![^\W_]){i}(?![^\W_])", one.text) for one in seen for i in KNOWN)


SAID = st.lists(
    st.tuples(
        st.sampled_from([bit for bit in BITS.split() if "think" not in bit]),
        st.sampled_from(["", " ", "\n"]),
    ),
    max_size=15,
).map(lambda rows: "".join(word + gap for word, gap in rows))
TAGS = st.sampled_from(
    [("<think>", "</think>"), ("<THINKING>", "</thinking>"), ("[THINK]", "[/THINK]")]
)
THOUGHTS = st.tuples(TAGS, SAID, st.integers(0, 300))


@given(SAID, st.lists(THOUGHTS, max_size=3), st.one_of(st.none(), THOUGHTS), st.integers(1, 9))
@settings(max_examples=400, deadline=None)
def test_what_is_thought_is_no_statement_wherever_it_stands_and_is_cut(
    text: str, whole: list, unclosed: tuple | None, size: int
) -> None:
    thinking = text
    # From the last place to the first, so that none comes to lie in another.
    places = sorted(((min(at, len(text)), tags, said) for tags, said, at in whole), reverse=True)
    for at, (begins, ends), thought in places:
        thinking = f"{thinking[:at]}{begins}{thought}{ends}{thinking[at:]}"
    if unclosed:
        thinking += f"{unclosed[0][0]}{unclosed[1]}"
    pieces = [thinking[at : at + size] for at in range(0, len(thinking), size)]
    assert read(*pieces) == read(thinking) == read(text)


def test_what_was_thought_without_a_beginning_is_none_once_it_ends() -> None:
    assert told(f"They ask of ferries\n</think>\n\n{FERRY} [k3f9]") == [(FERRY, ("k3f9",))]


@pytest.mark.parametrize(
    "bracket",
    [
        "[" + "1" * 200,
        "[2019, 2020, 2021, 2022, 2023, 2024, 2025 figures]",
        "(" + "k3f9" * 60,
        "[k3f9] " * 200,
        "[k3f9]" + " " * 2000,
        "<" * 300 + "k3f9 and",
    ],
)
def test_a_bracket_full_of_figures_is_no_riddle(bracket: str) -> None:
    # Taken apart in every possible way it would take for ever.
    (one,) = read(f"Ferries sail daily {bracket} and more words follow.")
    assert one.text.startswith("Ferries sail daily")


@pytest.mark.parametrize(
    "link",
    [
        "[bridge](javascript:alert(1))",
        "[bridge](http://e.example/a_(b))",
        "[bridge](http://e.example/a_(b",
        "![bridge](http://e.example/t.png)",
        "[![bridge](http://e.example/t.png)](http://e.example)",
    ],
)
def test_no_link_or_image_is_left_however_its_address_ends(link: str) -> None:
    (one,) = read(f"The {link} is shut.")
    assert one.text == "The bridge is shut."
