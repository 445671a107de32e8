"""How the chat window looks, and what sets off what. The only place, with ``app``, for gradio."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import gradio as gr
from gradio.components import Component

from ingest.sources import SUFFIXES
from rag.errors import ArticleError
from ui.chat import Chat, Past, pasted
from ui.render import notice_html

ASK = "Ask a question. The answer is quoted from the articles, word for word."
WELCOME = (
    "**The library is empty.** Add articles below, or run "
    "`pullquote ingest FOLDER`. Then ask a question about them."
)
CSS = """
#state { opacity: .75; }
#conversation .placeholder { padding: 1rem; text-align: center; }
.reply { overflow-wrap: anywhere; }
.reply mark { background: #fde68a; color: #1f2937; border-radius: 2px; }
.reply .marker { font-weight: 600; white-space: nowrap; }
.reply .citations { margin-top: .75em; border-top: 1px solid var(--border-color-primary); }
.reply .citation { display: flex; gap: .5em; margin-top: .75em; font-size: .92em; }
.reply .citation > div { min-width: 0; }
.reply .citation blockquote { margin: 0 0 .25em !important; }
.reply .citation .source { opacity: .8; }
"""

# Nothing here is an interface for programs, and a spinner over the answer hides it.
_QUIET: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}


def theme() -> gr.themes.Base:
    """Gradio's own, in fonts of the visitor's system: any other is fetched or missing."""
    names = ("Segoe UI", "Helvetica Neue", "Arial", "sans-serif")
    return gr.themes.Default(
        font=[gr.themes.Font(name) for name in names],
        font_mono=[gr.themes.Font("Consolas"), gr.themes.Font("monospace")],
    )


def page(chat: Chat) -> gr.Blocks:
    """The page with everything on it wired to ``chat``."""
    blocks: gr.Blocks
    with gr.Blocks(title="Pullquote", analytics_enabled=False, fill_height=True) as blocks:
        gr.Markdown("# Pullquote")
        state = gr.Markdown(elem_id="state")
        conversation = gr.Chatbot(
            label="Conversation",
            show_label=False,
            elem_id="conversation",
            placeholder=ASK,
            height="55vh",
            scale=1,
            buttons=[],
            feedback_options=None,
            latex_delimiters=[],
            allow_tags=False,
        )
        past = gr.State(())
        with gr.Row(equal_height=True):
            box = gr.Textbox(
                label="Your question", elem_id="question", max_lines=6, scale=8, autofocus=True
            )
            send = gr.Button("Ask", variant="primary", elem_id="ask", scale=1, min_width=96)
        with gr.Accordion("Add articles", open=False, elem_id="add") as drawer:
            _drawer(chat, state, conversation)

        def welcome() -> tuple[Any, Any]:
            empty = chat.empty()
            return gr.Chatbot(placeholder=WELCOME if empty else ASK), gr.Accordion(open=empty)

        def reply(question: str, before: Past) -> Iterator[tuple[Any, Any, Any]]:
            typed: Any = ""
            for shown, after in chat.reply(question, before):
                yield shown, after, typed
                typed = gr.skip()  # what is typed while the answer comes stays

        gr.on([box.submit, send.click], reply, [box, past], [conversation, past, box], **_QUIET)
        conversation.clear(tuple, None, past, **_QUIET)
        blocks.load(welcome, None, [conversation, drawer], **_QUIET)
        # It waits for the model, and must not keep a question from its turn meanwhile.
        blocks.load(chat.state, None, state, concurrency_limit=None, **_QUIET)
    return blocks


def _drawer(chat: Chat, state: gr.Markdown, conversation: gr.Chatbot) -> None:
    """Files to drop, a text to paste, and what became of them."""
    kinds = " ".join(SUFFIXES)
    files = gr.File(label=f"Files ({kinds})", file_count="multiple", height=140)
    text = gr.Textbox(label="Or paste an article", lines=4, max_lines=12)
    with gr.Row():
        title = gr.Textbox(label="Title", min_width=140)
        source = gr.Textbox(label="Publisher", min_width=140)
        published = gr.Textbox(label="Date", placeholder="2024-12-10", min_width=140)
        url = gr.Textbox(label="Web address", min_width=140)
    button = gr.Button("Add to the library")
    report = gr.Markdown(elem_id="report")

    def add(given: dict[Component, Any]) -> Iterator[dict[Component, Any]]:
        articles = []
        if given[text].strip():
            about = {"title": title, "source": source, "published": published, "url": url}
            try:
                told = {name: given[field] for name, field in about.items()}
                articles.append(pasted(given[text], **told))
            except ArticleError as error:
                yield {report: notice_html(error.line)}
                return
        if not articles and not given[files]:
            yield {report: notice_html("Choose files or paste an article first.")}
            return
        yield {report: notice_html("Reading …")}
        yield {
            report: chat.add(given[files] or [], articles),
            state: chat.line(),
            conversation: gr.Chatbot(placeholder=ASK),
            files: None,
            **dict.fromkeys((text, title, source, published, url), ""),
        }

    fields: list[Component] = [text, title, source, published, url, files]
    outputs = [*fields, report, state, conversation]
    button.click(add, set(fields), outputs, concurrency_limit=1, **_QUIET)
