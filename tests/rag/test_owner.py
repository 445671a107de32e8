"""Who has a library open, and where it can be reached."""

from __future__ import annotations

import os
import socket
import threading

import pytest

from rag.errors import LibraryInUse
from rag.owner import Owner, Ownership, owner_of


def test_nobody_has_a_library_that_is_not_there_and_none_is_made(tmp_path):
    assert owner_of(tmp_path / "mistyped") is None
    assert owner_of(tmp_path) is None
    assert list(tmp_path.iterdir()) == []


def test_an_owner_is_known_with_its_address_until_it_lets_go(tmp_path):
    held = Ownership(tmp_path, wait=0)
    owner = owner_of(tmp_path)
    assert (owner.pid, owner.host, owner.address) == (os.getpid(), socket.gethostname(), "")
    assert owner.here
    held.announce("http://127.0.0.1:7860")
    assert owner_of(tmp_path).address == "http://127.0.0.1:7860"
    with pytest.raises(LibraryInUse, match=r"at http://127\.0\.0\.1:7860\."):
        Ownership(tmp_path, wait=0)
    held.release()
    assert owner_of(tmp_path) is None
    Ownership(tmp_path, wait=0).release()


def test_who_lets_go_need_not_be_the_thread_that_took_it(tmp_path):
    held = Ownership(tmp_path, wait=0)
    closing = threading.Thread(target=held.release)
    closing.start()
    closing.join()
    assert owner_of(tmp_path) is None


def test_a_note_is_only_believed_while_the_lock_is_held(tmp_path):
    (tmp_path / "owner.json").write_text('{"pid": 1, "address": "http://127.0.0.1:1"}')
    assert owner_of(tmp_path) is None


@pytest.mark.parametrize("note", ["", "{", "[]", '"who"', '{"address": 7}', "\xff"])
def test_a_note_that_cannot_be_read_names_nobody(tmp_path, note):
    held = Ownership(tmp_path, wait=0)
    (tmp_path / "owner.json").write_text(note, encoding="latin-1")
    assert owner_of(tmp_path) == Owner()
    held.release()


def test_an_address_on_another_machine_is_not_here():
    assert not Owner(host="elsewhere", address="http://127.0.0.1:7860").here
