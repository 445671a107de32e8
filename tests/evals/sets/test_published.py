"""Published data sets, in small files of their structure; the words are ours."""

from __future__ import annotations

import gzip
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from evals.sets.gold import missing_evidence, unknown_articles
from evals.sets.importing import import_set
from evals.sets.published import FORMATS, format_of, published
from evals.sets.questions import Case, Evidence
from evals.sets.reading import read_questions
from ingest.reading import Read
from ingest.records import read_lines
from ingest.sources import File, find
from rag.errors import EvaluationError
from rag.types import Article, Dated, Turn


def put(path: Path, content: Any) -> Path:
    """A file of JSON, of JSON lines where ``content`` is a tuple, or of text."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(content, tuple):
        content = "".join(f"{json.dumps(row)}\n" for row in content)
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


PARAGRAPHS = ["The mill burnt down in 1911.", "Ida Roth rebuilt it. It stands in Kelder."]


def squad(folder: Path) -> None:
    asked = [
        {
            "question": "When did the mill burn?",
            "id": "q1",
            "answers": [{"text": "1911", "answer_start": 23}] * 2
            + [{"text": "in 1911", "answer_start": 20}],
            "is_impossible": False,
        },
        {
            "plausible_answers": [{"text": "1911", "answer_start": 23}],
            "question": "When did the pier burn?",
            "id": "q2",
            "answers": [],
            "is_impossible": True,
        },
    ]
    paragraphs = [
        {"qas": asked, "context": PARAGRAPHS[0]},
        {"qas": [], "context": PARAGRAPHS[1]},
    ]
    entry = {"title": "Old_Mill", "paragraphs": paragraphs}
    put(folder / "dev-v2.0.json", {"version": "v2.0", "data": [entry]})
    put(folder / "package.json", {"data": []})


def beir(folder: Path) -> None:
    documents = (
        {"_id": "d1", "title": "Mill", "text": "It burnt.", "metadata": {"url": "http://x.org/1"}},
        {"_id": "d2", "title": "A pier of 80 metres", "text": "", "metadata": {}},
        {"_id": "d3", "title": "", "text": ""},
    )
    put(folder / "corpus.jsonl", documents)
    queries = [{"_id": f"q{n}", "text": f"Question {n}?", "metadata": {}} for n in (1, 2, 3)]
    put(folder / "queries.jsonl", tuple(queries))
    head = "query-id\tcorpus-id\tscore\n"
    put(folder / "qrels" / "test.tsv", f"{head}q1\td1\t2\nq1\td2\t1\nq1\td3\t0\nq2\td1\t0\n")
    put(folder / "qrels" / "train.tsv", f"{head}q3\td1\t1\n")


def multihop(folder: Path) -> None:
    about = {"author": "Ida Roth", "source": "The Courier", "category": "technology"}
    first = about | {"title": "Mill", "url": "http://x.org/mill"}
    second = about | {"title": "Pier", "url": "http://x.org/pier", "author": None}
    days = [{"published_at": f"2023-09-{day}T12:00:00+00:00"} for day in (28, 29)]
    put(
        folder / "dataset" / "corpus.json",
        [
            first | days[0] | {"body": " ".join(PARAGRAPHS)},
            second | days[1] | {"body": "It is 80 metres long."},
        ],
    )
    evidence = [
        first | days[0] | {"fact": "The mill burnt down in 1911."},
        second | days[1] | {"fact": "It is 80 metres long."},
    ]
    put(
        folder / "dataset" / "MultiHopRAG.json",
        [
            {
                "query": "Which burnt, the mill or the pier?",
                "answer": "The mill",
                "question_type": "comparison_query",
                "evidence_list": evidence,
            },
            {
                "query": "Who sang?",
                "answer": "Insufficient information.",
                "question_type": "null_query",
                "evidence_list": [],
            },
        ],
    )


def realtimeqa(folder: Path) -> None:
    about = {"question_date": "2022/06/16", "question_source": "QUIZ", "question_url": "http://q/"}
    link = '<a href="http://x.org/mill?a=1&amp;b=2#:~:text=burnt">The mill</a> burnt, we hear.'
    questions = (
        about
        | {
            "question_id": "20220617_0",
            "question_sentence": "What burnt this week?",
            "choices": ["A pier", "A mill"],
            "answer": ["1"],
            "evidence": link,
        },
        about
        | {
            "question_id": "20220617_1",
            "question_sentence": "Who rebuilt it?",
            "choices": ["Ida", "Ada"],
            "answer": ["0"],
            "evidence": "",
        },
    )
    week = folder / "past" / "2022"
    put(week / "20220617_qa.jsonl", questions)
    put(week / "20220617_qa_nota.jsonl", ({"question_id": "20220617_0_nota"},))
    unanswered = {k: v for k, v in questions[0].items() if k != "answer"}
    later = unanswered | {"question_id": "20220624_0", "question_sentence": "What fell?"}
    put(folder / "latest" / "20220624_qa_public.jsonl", (unanswered, later))
    page = {
        "url": "http://x.org/mill?a=1&b=2",
        "authors": ["Ida", ""],
        "publish_date": "2022/06/12",
    }
    empty = {"url": "http://x.org/none", "title": "None", "text": "", "publish_date": ""}
    results = [page | {"title": "Mill", "text": "The mill burnt."}, empty]
    put(
        week / "20220617_gcs.jsonl",
        ({"question_id": "20220617_0", "search_time": "2022/06/17", "search_result": results},),
    )
    passage = {"doc_id": "77", "text": "Mill / A mill / grinds.", "doc_score": "8.0"}
    put(
        week / "20220617_dpr.jsonl",
        ({"question_id": "20220617_1", "search_result": [passage | {"publish_date": "?"}]},),
    )
    gold = {"url": "http://x.org/roth#top", "text": "Ida rebuilt it.", "authors": []}
    put(
        week / "20220617_gold.jsonl",
        ({"question_id": "20220617_1", "search_result": [gold | {"publish_date": "2022/06/13"}]},),
    )


PASSAGES = [
    {"document_id": "1_0-9", "title": "Mill", "text": "Mill\nIt burnt.", "url": "https?://(?:www"},
    {"document_id": "2_0-9", "title": "Pier", "text": "Pier\nIt is long.", "url": "http://x.org/p"},
]
CONVERSATION = [
    {"speaker": "user", "text": "What of the mill?"},
    {"speaker": "agent", "text": "It burnt."},
    {"speaker": "user", "text": "And the opera?"},
    {"speaker": "agent", "text": "I do not know."},
]
DESCRIBED = [
    {"Question Type": ["Factoid"], "Multi-Turn": ["N/A"], "Answerability": ["ANSWERABLE"]},
    {
        "Question Type": ["Keyword"],
        "Multi-Turn": ["Follow-up"],
        "Answerability": ["UNANSWERABLE"],
    },
]


def mtrag(folder: Path) -> None:
    """The generation tasks."""
    tasks = []
    for turn, described in enumerate(DESCRIBED, start=1):
        said = CONVERSATION[: 2 * turn]
        about = {"author_type": "human", "author_id": "x", "created_at": 1724708469}
        tasks.append(
            {
                "conversation_id": "c",
                "task_id": f"c<::>{turn}",
                "task_type": "rag",
                "turn": str(turn),
                "dataset": "MT-RAG Authors (Internal)",
                "contexts": PASSAGES if turn == 1 else [],
                "input": [message | {"metadata": about} for message in said[:-1]],
                "targets": [said[-1] | {"metadata": about}],
                "Collection": "mt-rag-clapnq-elser-512-100-20240503",
                **described,
            }
        )
    put(folder / "human" / "generation_tasks" / "reference.jsonl", tuple(tasks))
    put(folder / "synthetic" / "generation_tasks" / "reference.jsonl", ())


def mtrag_conversations(folder: Path) -> None:
    def judged(passage: dict[str, str], *values: str) -> dict[str, Any]:
        by = {f"who{at}": {"value": v, "timestamp": at} for at, v in enumerate(values)}
        return passage | {"score": 1.0, "feedback": {"relevant": by}}

    contexts = [judged(PASSAGES[0], "no", "yes"), judged(PASSAGES[1], "yes", "no")]
    messages = [dict(message) for message in CONVERSATION]
    for message, described in zip(messages[::2], DESCRIBED, strict=True):
        message["enrichments"] = described  # type: ignore[assignment] # what the file has
    messages[1]["contexts"] = contexts  # type: ignore[assignment] # what the file has
    put(folder / "conversations.json", [{"author": "x", "messages": messages}])


def mtrag_retrieval(folder: Path) -> None:
    rows = ({"_id": "c<::>2", "text": "|user|: What of the mill?\n|user|: Did it\nburn?"},)
    tasks = folder / "human" / "retrieval_tasks" / "clapnq"
    put(tasks / "clapnq_questions.jsonl", rows)
    put(tasks / "clapnq_rewrite.jsonl", ({"_id": "c<::>2", "text": "|user|: Did the mill burn?"},))
    put(tasks / "qrels" / "dev.tsv", "query-id\tcorpus-id\tscore\nc<::>2\t1_0-9\t1\n")
    corpora = folder / "corpora" / "passage_level"
    corpora.mkdir(parents=True)
    lines = "".join(
        json.dumps({"_id": p["document_id"], **{k: p[k] for k in ("title", "text", "url")}}) + "\n"
        for p in PASSAGES
    )
    with zipfile.ZipFile(corpora / "clapnq.jsonl.zip", "w") as packed:
        packed.writestr("clapnq.jsonl", lines)
        packed.writestr("__MACOSX/._clapnq.jsonl", "")


MADE: dict[str, Callable[[Path], None]] = {
    "squad": squad,
    "beir": beir,
    "multihop": multihop,
    "realtimeqa": realtimeqa,
    "mtrag": mtrag,
}


def read(name: str, folder: Path) -> tuple[dict[str, Article], tuple[Case, ...]]:
    articles, questions = published(name, folder)
    return {article.id: article for article in articles}, questions.cases


def test_squad_is_articles_of_paragraphs_and_what_one_does_not_answer_is_unknown(tmp_path):
    squad(tmp_path)
    articles, (first, second) = read("squad", tmp_path)
    assert articles == {
        "Old_Mill": Article(
            id="Old_Mill", title="Old Mill", text="\n\n".join(PARAGRAPHS), language="en"
        )
    }
    assert first == Case(
        "q1", "When did the mill burn?", ("1911", "in 1911"), answerable=True,
        articles=("Old_Mill",), evidence=(Evidence("Old_Mill", PARAGRAPHS[0]),), tags=("dev",),
    )  # fmt: skip
    assert second == Case(
        "q2", "When did the pier burn?", tags=("dev", "unanswerable-in-paragraph")
    )


def test_squad_1_1_has_no_impossible_questions(tmp_path):
    squad(tmp_path)
    whole = json.loads((tmp_path / "dev-v2.0.json").read_text())
    del whole["data"][0]["paragraphs"][0]["qas"][1]
    del whole["data"][0]["paragraphs"][0]["qas"][0]["is_impossible"]
    put(tmp_path / "train-v1.1.json", whole)
    articles, cases = read("squad", tmp_path)
    assert list(articles) == ["Old_Mill", "Old_Mill (train-v1.1-1)"]
    assert cases[2].tags == ("train",)
    assert cases[2].answerable


def test_beir_is_scored_for_retrieval_alone(tmp_path):
    beir(tmp_path)
    articles, cases = read("beir", tmp_path)
    assert articles == {
        "d1": Article(id="d1", title="Mill", text="It burnt.", url="http://x.org/1"),
        "d2": Article(id="d2", title="A pier of 80 metres", text="A pier of 80 metres"),
    }
    assert cases == (
        Case("q1", "Question 1?", articles=("d1", "d2"), tags=("test",)),
        Case("q2", "Question 2?", tags=("test",)),
    )


def test_beir_may_be_packed(tmp_path):
    beir(tmp_path)
    for name in ("corpus", "queries"):
        plain = tmp_path / f"{name}.jsonl"
        (tmp_path / f"{name}.jsonl.gz").write_bytes(gzip.compress(plain.read_bytes()))
        plain.unlink()
    assert len(read("auto", tmp_path)[1]) == 2


def test_multihop_evidence_stands_in_the_articles_it_names(tmp_path):
    multihop(tmp_path)
    articles, questions = published("multihop", tmp_path)
    texts = {article.id: article for article in articles}
    mill = texts["http://x.org/mill"]
    assert (mill.source, mill.authors, mill.section) == ("The Courier", ("Ida Roth",), "technology")
    assert str(mill.published) == "2023-09-28T12:00:00+00:00"
    assert texts["http://x.org/pier"].authors == ()
    first, second = questions.cases
    assert (first.answers, first.tags) == (("The mill",), ("comparison-query", "every-evidence"))
    assert first.articles == tuple(texts)
    assert second == Case("multihop-2", "Who sang?", answerable=False, tags=("null-query",))
    assert unknown_articles(questions, texts) == ()
    assert missing_evidence(questions, lambda name: texts[name].text) == ()


def test_realtimeqa_is_asked_on_its_day_and_without_its_choices(tmp_path):
    realtimeqa(tmp_path)
    articles, (linked, later, searched) = read("realtimeqa", tmp_path)
    page = "http://x.org/mill?a=1&b=2"
    assert list(articles) == ["http://x.org/roth", page, "wikipedia-77"]
    assert articles[page].published == Dated.parse("2022-06-12")
    assert articles[page].authors == ("Ida",)
    passage = articles["wikipedia-77"]
    assert (passage.title, passage.text) == ("Mill", "A mill / grinds.")
    assert (passage.source, passage.published) == ("Wikipedia", None)
    assert (later.question, later.answers, later.answerable) == ("What fell?", (), None)
    assert (linked.answers, linked.articles, str(linked.as_of)) == (
        ("A mill",), (page,), "2022-06-16",
    )  # fmt: skip
    assert (searched.answers, searched.articles) == (("Ida",), ("http://x.org/roth",))
    assert linked.tags == ("news-quiz", "gold-article")


def expected(*ids: str, articles: tuple[str, ...]) -> tuple[Case, Case]:
    first, second = ids
    return (
        Case(
            first, "What of the mill?", ("It burnt.",), answerable=True, articles=articles,
            tags=("answerable", "factoid"),
        ),
        Case(
            second, "And the opera?", answerable=False,
            history=(Turn("What of the mill?", "It burnt."),),
            tags=("unanswerable", "follow-up", "keyword"),
        ),
    )  # fmt: skip


def test_mtrag_tasks_are_asked_after_their_conversation(tmp_path):
    mtrag(tmp_path)
    articles, cases = read("mtrag", tmp_path)
    assert cases == expected("c<::>1", "c<::>2", articles=("1_0-9", "2_0-9"))
    assert [article.url for article in articles.values()] == ["", "http://x.org/p"]


def test_of_mtrag_conversations_the_last_judgement_stands(tmp_path):
    mtrag_conversations(tmp_path)
    articles, cases = read("mtrag", tmp_path)
    assert cases == expected("1<::>1", "1<::>2", articles=("1_0-9",))
    assert list(articles) == ["1_0-9", "2_0-9"]


def test_mtrag_retrieval_tasks_go_with_their_passages(tmp_path):
    mtrag_retrieval(tmp_path)
    articles, cases = read("mtrag", tmp_path)
    assert list(articles) == ["1_0-9", "2_0-9"]
    assert cases == (
        Case(
            "c<::>2", "Did it\nburn?", articles=("1_0-9",),
            history=(Turn("What of the mill?", ""),), tags=("clapnq",),
        ),
    )  # fmt: skip
    (tmp_path / "corpora" / "passage_level" / "clapnq.jsonl.zip").unlink()
    with pytest.raises(EvaluationError, match="holds no passages"):
        published("mtrag", tmp_path)


@pytest.mark.parametrize("name", FORMATS)
def test_a_folder_tells_its_format(tmp_path, name):
    MADE[name](tmp_path)
    assert format_of(tmp_path).name == name
    others = set(FORMATS) - {name}
    for other in others:
        with pytest.raises(EvaluationError, match="holds no"):
            published(other, tmp_path)


def test_what_is_no_data_set_is_one_clear_line(tmp_path):
    (tmp_path / "notes.json").write_text('{"data": 1}')
    for name, folder, said in (
        ("auto", tmp_path, "holds no data set that is known. The formats: beir (corpus.jsonl"),
        ("auto", tmp_path / "none", "There is no folder"),
        ("squat", tmp_path, "There is no format 'squat'. The formats: beir"),
        ("squad", tmp_path, "holds no SQuAD. Its files: train-v2.0.json or dev-v2.0.json."),
    ):
        with pytest.raises(EvaluationError) as caught:
            published(name, folder)
        assert said in caught.value.line
        assert "\n" not in caught.value.line


@pytest.mark.parametrize(
    ("name", "file", "content", "said"),
    [
        ("squad", "dev-v2.0.json", '{"data": [{"paragraphs": [{}]}]}', "has no 'context'"),
        ("squad", "dev-v2.0.json", '{"data" "paragraphs"', "is not JSON"),
        ("beir", "queries.jsonl", '{"_id": "q1"}', "line 1 has no 'text'"),
        ("beir", "corpus.jsonl", '{"_id": "d"}\n', "line 1 has no 'text'"),
        ("beir", "qrels/test.tsv", "a\tb\tc\nq1\td1\tmuch\n", "line 2 is not as expected"),
        ("multihop", "dataset/MultiHopRAG.json", "[{}]", "question 1 has no 'question_type'"),
        ("multihop", "dataset/corpus.json", '[{"url": "u"}]', "article 1 has no 'body'"),
        (
            "realtimeqa",
            "past/2022/20220617_qa.jsonl",
            '{"question_id": "a", "choices": [], "answer": ["3"]}',
            "line 1 is not as expected",
        ),
        ("mtrag", "human/generation_tasks/reference.jsonl", '{"input": []}', "line 1 is not as"),
    ],
)
def test_files_that_are_not_as_published_are_named(tmp_path, name, file, content, said):
    MADE[name](tmp_path)
    (tmp_path / file).write_text(content)
    with pytest.raises(EvaluationError) as caught:
        articles, _ = published(name, tmp_path)
        list(articles)
    assert str(tmp_path / file) in caught.value.line
    assert said in caught.value.line
    assert "\n" not in caught.value.line


# Taken over.


def taken_in(path: Path) -> list[Article]:
    """The articles of a file as ``ingest`` reads them."""
    (file,) = find(path)[0]
    assert isinstance(file, File)
    read = list(read_lines(file, 100))
    return [item.article for item in read if isinstance(item, Read)]


@pytest.mark.parametrize("name", FORMATS)
def test_what_is_imported_says_what_was_published(tmp_path, name):

    MADE[name](tmp_path / "down load")
    done = import_set("", tmp_path / "down load", tmp_path / "sets")
    articles, questions = published(name, tmp_path / "down load")
    assert {path.name for path in (tmp_path / "sets").iterdir()} == {
        "articles.jsonl", "down-load.jsonl", "down-load.md",
    }  # fmt: skip
    assert read_questions(done.set_file).cases == questions.cases
    wanted = {article.id: article for article in articles}
    assert {article.id: article for article in taken_in(done.articles_file)} == wanted
    assert (done.articles, done.missing) == (len(wanted), ())
    card = done.card.read_text()
    assert f"{len(questions.cases)} questions over {len(wanted)} articles" in card
    assert done.questions.digest in card
    for tag in questions.cases[0].tags:
        assert f"| `{tag}` |" in card


def test_what_the_articles_lack_stands_in_the_card(tmp_path):
    multihop(tmp_path / "news")
    file = tmp_path / "news" / "dataset" / "MultiHopRAG.json"
    file.write_text(file.read_text().replace("80 metres", "90 metres"))
    corpus = tmp_path / "news" / "dataset" / "corpus.json"
    put(corpus, json.loads(corpus.read_text())[1:])
    done = import_set("multihop", tmp_path / "news", tmp_path / "sets", "multihop")
    assert [str(item) for item in done.missing] == [
        "multihop-1: there is no article 'http://x.org/mill'",
        "multihop-1: not in 'http://x.org/pier': \"It is 90 metres long.\"",
    ]
    card = (tmp_path / "sets" / "multihop.md").read_text()
    assert "not there: 1. Quotes that do not stand in their article: 1." in card


def test_an_import_that_fails_leaves_nothing(tmp_path):
    beir(tmp_path / "beir")
    corpus = tmp_path / "beir" / "corpus.jsonl"
    whole = corpus.read_text()
    same_id = '{"_id": "d1", "title": "Another", "text": "Mill."}\n'
    for bad, said in (
        (whole + "{\n", "corpus.jsonl, line 4: is not JSON"),
        (whole + same_id, "Two different articles have the id 'd1'"),
        (whole.replace("It burnt.", "It \\ud800 burnt."), "line 1: holds half a character"),
    ):
        corpus.write_text(bad)
        with pytest.raises(EvaluationError, match=said):
            import_set("beir", tmp_path / "beir", tmp_path / "sets")
        assert not (tmp_path / "sets").exists()
    corpus.write_text(whole)
    queries = tmp_path / "beir" / "queries.jsonl"
    queries.write_text(queries.read_text() * 2)
    (tmp_path / "sets").mkdir()
    with pytest.raises(EvaluationError, match="has the id 'q1' of line 1"):
        import_set("beir", tmp_path / "beir", tmp_path / "sets")
    assert list((tmp_path / "sets").iterdir()) == []


def test_nothing_that_is_there_is_replaced(tmp_path):
    squad(tmp_path / "squad")
    sets = tmp_path / "sets"
    import_set("squad", tmp_path / "squad", sets, "first")
    before = {path: path.read_bytes() for path in sets.iterdir()}
    for name, said in (
        ("first", "is there already"),
        ("second", "articles.jsonl is there already"),
        ("articles", "'articles' cannot name a set"),
        ("../x", "'../x' cannot name a set"),
    ):
        with pytest.raises(EvaluationError, match=said):
            import_set("squad", tmp_path / "squad", sets, name)
    with pytest.raises(EvaluationError, match="cannot be written"):
        import_set("squad", tmp_path / "squad", sets / "first.md" / "in-a-file", "x")
    assert {path: path.read_bytes() for path in sets.iterdir()} == before
