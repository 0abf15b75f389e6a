"""Pages from templates: they are compiled before somebody asks for one."""

from __future__ import annotations

import threading

import pytest
from jinja2 import Environment

from callsheet.render import page
from callsheet.render.page import warm
from callsheet.run.pulse import Pulse
from callsheet.web import server


def test_after_warming_no_page_has_to_be_compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    def compiled(*_: object, **__: object) -> None:
        raise AssertionError("a page was compiled while somebody waited")

    warm()
    monkeypatch.setattr(Environment, "compile", compiled)
    made = page._environment(None)
    pages = made.list_templates(filter_func=lambda name: name.startswith("web/"))
    assert len(pages) > 15
    for name in pages:
        made.get_template(name)


def test_the_daemon_warms_up_once_its_scheduler_began_and_not_before(monkeypatch: pytest.MonkeyPatch) -> None:
    warmed, pulse = threading.Event(), Pulse()
    monkeypatch.setattr(server, "warm_up", warmed.set)
    thread = threading.Thread(target=server._warm, args=(pulse,))
    thread.start()
    assert not warmed.wait(0.1)
    pulse.beat()
    thread.join(10)
    assert warmed.is_set()
