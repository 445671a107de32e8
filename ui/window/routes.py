"""What the window serves beside Gradio's page: conversations to take away."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Literal

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from rag.errors import PullquoteError
from ui.export import as_json, as_markdown
from ui.window.page import Who
from ui.window.window import Window


def routes(window: Window, who: Who) -> APIRouter:
    """Everything below ``/window``."""
    router = APIRouter(prefix="/window")

    @router.get("/conversations/{conversation}.{kind}")
    async def exported(
        request: Request, conversation: str, kind: Literal["md", "json"]
    ) -> Response:
        visitor, _ = who(request.cookies)
        try:
            found = await asyncio.to_thread(window.conversation, visitor, conversation)
        except PullquoteError as error:
            return JSONResponse(error.to_dict(), 404)
        write: Callable[..., str] = as_markdown if kind == "md" else as_json
        media = "text/markdown" if kind == "md" else "application/json"
        name = f"pullquote-{found.created[:10]}-{found.id}.{kind}"
        headers = {
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "no-store",
        }
        return Response(write(found), media_type=media, headers=headers)

    return router
