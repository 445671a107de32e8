"""Do citations resolve, quote truly, and bear out what they are cited for?

Each is a share, from 0 to 1; None when there is nothing it could be a share of.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from evals.metrics.evidence import Piece
from rag.types import Article, Citation, Statement

Articles = Callable[[str], Article | None]
"""The article of an id as it is catalogued; None for an id that is not known."""

Entails = Callable[[str, str], bool]
"""Whether a premise, the first text, bears a claim out, the second."""


def citation_validity(citations: Sequence[Citation], article: Articles) -> float | None:
    """The share of citations that resolve: the article is known, its title is the one
    catalogued, and the offsets lie within its text."""
    return _share(_resolves(citation, article(citation.source.id)) for citation in citations)


def _resolves(citation: Citation, article: Article | None) -> bool:
    return (
        article is not None
        and citation.source.title == article.title
        and 0 <= citation.start < citation.end <= len(article.text)
    )


def quote_fidelity(citations: Sequence[Citation], article: Articles) -> float | None:
    """The share of citations whose quote is ``text[start:end]`` of the article, character for
    character."""
    return _share(_quotes(citation, article(citation.source.id)) for citation in citations)


def _quotes(citation: Citation, article: Article | None) -> bool:
    if article is None or not 0 <= citation.start < citation.end:
        return False
    return article.text[citation.start : citation.end] == citation.quote


def stands_in(premise: str, claim: str) -> bool:
    """Whether ``claim`` stands word for word in ``premise``, white space aside.

    The judge of answers that quote. A claim in other words needs a judge of meaning, such as a
    model of natural language inference.
    """
    wanted = " ".join(claim.split())
    return bool(wanted) and wanted in " ".join(premise.split())


def citation_recall(statements: Sequence[Statement], entails: Entails = stands_in) -> float | None:
    """ALCE's citation recall: the share of statements that their citations together bear out.

    A statement counts 1 when it has a citation and entails(all its quotes, statement), else 0
    (Gao et al. 2023, https://arxiv.org/abs/2305.14627). The premise is the quotes, a
    line each; the paper's are whole passages under their titles. None without statements.
    """
    return _share(_borne_out(statement, entails) for statement in statements)


def citation_precision(
    statements: Sequence[Statement], entails: Entails = stands_in
) -> float | None:
    """ALCE's citation precision: the share of all citations that are of use.

    A citation counts 1 when its statement is borne out (``citation_recall``) and it is not
    irrelevant. It is irrelevant when it does not bear the statement out by itself, and the others
    of that statement do without it (Gao et al. 2023, https://arxiv.org/abs/2305.14627).
    None without citations, where ALCE's program says 0; nor are those after the third left
    out, as they are there.
    """
    return _share(
        borne_out and not _irrelevant(place, statement, entails)
        for statement in statements
        for borne_out in [_borne_out(statement, entails)]
        for place in range(len(statement.citations))
    )


def _borne_out(statement: Statement, entails: Entails) -> bool:
    return bool(statement.citations) and entails(_premise(statement.citations), statement.text)


def _irrelevant(place: int, statement: Statement, entails: Entails) -> bool:
    cited = statement.citations
    others = cited[:place] + cited[place + 1 :]
    return (
        bool(others)
        and not entails(_premise(cited[place : place + 1]), statement.text)
        and entails(_premise(others), statement.text)
    )


def _premise(citations: Sequence[Citation]) -> str:
    return "\n".join(citation.quote for citation in citations)


def evidence_recall(citations: Sequence[Citation], wanted: Sequence[Piece]) -> float | None:
    """The share of the pieces of gold evidence that some citation quotes (``Piece.held_by``); 0
    for an answer that cites nothing. None when no evidence is known."""
    return _share(any(_cites(one, piece) for one in citations) for piece in wanted)


def evidence_precision(citations: Sequence[Citation], wanted: Sequence[Piece]) -> float | None:
    """The share of citations that quote a piece of gold evidence. None without citations, or when
    no evidence is known. Others may bear the answer out as well: it is a lower bound."""
    if not wanted:
        return None
    return _share(any(_cites(one, piece) for piece in wanted) for one in citations)


def _cites(citation: Citation, piece: Piece) -> bool:
    return piece.held_by(citation.source.id, citation.quote)


def _share(of: Iterable[bool]) -> float | None:
    held = list(of)
    return sum(held) / len(held) if held else None
