"""Templates: those that ship say what they must; strangers' texts and templates get nowhere."""

from __future__ import annotations

import asyncio
import http.server
import subprocess
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from robot.crm.errors import BadDocument
from robot.sending.facts import facts_of
from robot.sending.kit import Kit
from robot.sending.press import ProcessPress
from robot.sending.printing import BadTemplate, Job, Missing, names, printed
from tests.conftest import HANGS_S
from tests.unit.sending.scene import CLIENT, example, folder, occasion

pytestmark = pytest.mark.unit

HOSTILE = (
    "<script>alert(1)</script><img src=file:///etc/passwd>{{ 7*7 }}{% for a in [1] %}x{% endfor %}"
    "<link rel=attachment href='file:///etc/passwd'>\r\nBcc: thief@example.com"
)
HOSTILE_CLIENT = replace(CLIENT, name=HOSTILE, company=HOSTILE, city=HOSTILE, fields={HOSTILE: HOSTILE})
PROMISED = {
    "proposal", "contract", "invoice", "estimate", "cases", "presentation", "payment_link", "invitation",
    "meeting_link", "webinar_link",
}  # fmt: skip


def job(template: str, kit: Kit | None = None, **more: object) -> Job:
    return Job(template, facts_of(occasion(**more), kit or example(), template))  # type: ignore[arg-type]


def own(place: Path, **files: str) -> Path:
    """A company's template "own" of these files."""
    (place / "own").mkdir(parents=True)
    for name, text in {"template.yaml": "title: Своё", **files}.items():
        (place / "own" / name.replace("_", ".")).write_text(text, "utf-8")
    return place


def text_of(pdf: bytes) -> str:
    read = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
    return read.stdout.decode()


def test_everything_scripts_promise_is_there() -> None:
    assert set(names(None)) >= PROMISED


@pytest.mark.parametrize("template", sorted(PROMISED))
def test_a_letter_names_client_and_company_and_has_its_words_without_markup(template: str) -> None:
    made = printed(job(template), pdf=False)
    assert "Ирина Петрова" in made.html
    assert "Здравствуйте, Ирина Петрова!" in made.text
    assert "Ромашка" in made.subject
    assert "<" not in made.text
    assert "{{" not in made.html + made.subject


@pytest.mark.parametrize("template", names(None))
def test_a_strangers_name_stays_text(template: str) -> None:
    made = printed(job(template, lead=HOSTILE_CLIENT, comment=HOSTILE), pdf=False)
    for text in (made.html,):
        assert "<script" not in text
        assert "<img" not in text
        assert "<link" not in text
    assert "49" not in made.subject
    assert "\n" not in made.subject + made.sms + made.file_name


def test_an_invoice_adds_up() -> None:
    facts = facts_of(occasion(), example(), "invoice")
    assert (facts["total"], facts["vat_amount"]) == ("103\xa0201,50", "18\xa0610,11")
    assert facts["total_words"] == "Сто три тысячи двести один рубль 50 копеек"
    assert (facts["number"], facts["day"], facts["valid_until"]) == (
        "261124-17-1234",
        "24 ноября 2026 г.",
        "8 декабря 2026 г.",
    )
    assert facts["link"] == "https://pay.example/?order=261124-17-1234&sum=103201.50"


def test_a_meeting_is_told_by_the_clients_clock() -> None:
    meeting = facts_of(occasion(), example(), "invitation")["meeting"]
    assert (meeting["day"], meeting["weekday"], meeting["time"], meeting["zone"]) == (
        "25 ноября",
        "среда",
        "17:00",
        "МСК+2",
    )


def test_what_is_missing_is_named() -> None:
    with pytest.raises(Missing, match=r"links\.webinar_link"):
        printed(job("webinar_link", example().model_copy(update={"links": {}})))
    with pytest.raises(Missing, match="items"):
        printed(job("invoice", example().model_copy(update={"items": ()})))


@pytest.mark.parametrize(
    "attack",
    [
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ lead.__init__.__globals__ }}",
        "{{ need.__globals__.__builtins__.open('/etc/passwd').read() }}",
        "{{ self._TemplateReference__context }}{{ cycler.__init__.__globals__.os.environ }}",
        "{% include '/etc/passwd' %}",
        "{% include '../../../../../../../../etc/passwd' %}",
        "{% for a in range(100000) %}{{ 'x' * 100 }}{% endfor %}",
        "{{ unknown_name }}",
        "{{ items.append(1) }}",
        "{% if %}",
    ],
)
def test_a_template_gets_no_further_than_its_facts(tmp_path: Path, attack: str) -> None:
    with pytest.raises(BadTemplate) as raised:
        printed(replace(job("proposal"), template="own", templates=own(tmp_path, mail_html=attack)), pdf=False)
    assert "root:" not in str(raised.value)


class _Asked(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.server.asked.append(self.path)  # type: ignore[attr-defined]
        self.send_error(404)

    def log_message(self, *_: object) -> None: ...


def test_a_document_reads_no_file_and_asks_no_network(tmp_path: Path) -> None:
    (tmp_path / "files").mkdir()
    (tmp_path / "secret.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'><text>GEHEIM</text></svg>")
    (tmp_path / "files" / "link.svg").symlink_to(tmp_path / "secret.svg")
    with http.server.HTTPServer(("127.0.0.1", 0), _Asked) as server:
        server.asked = []  # type: ignore[attr-defined]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        web = f"http://127.0.0.1:{server.server_port}"
        places = [f"{web}/x.png", "file:///etc/passwd", f"file://{tmp_path}/secret.svg", "asset:../secret.svg"]
        places += ["asset:link.svg", "data:text/html,x", "asset:/etc/passwd"]
        page = "".join(f"<img src='{place}' alt=''><link rel=stylesheet href='{place}'>" for place in places)
        page += "".join(f"<link rel=attachment href='{place}'><object data='{place}'></object>" for place in places)
        page += f"<style>@import url({web}/y.css); @font-face {{ font-family: f; src: url({web}/f) }}</style>ok"
        own(tmp_path / "templates", document_html=page)
        given = replace(job("proposal"), template="own", templates=tmp_path / "templates", files=tmp_path / "files")
        pdf = printed(given).pdf
        server.shutdown()
        assert server.asked == []  # type: ignore[attr-defined]
    assert text_of(pdf).strip() == "ok"
    assert b"/EmbeddedFile" not in pdf


def test_a_logo_is_the_one_thing_that_is_read(tmp_path: Path) -> None:
    place = folder(tmp_path)
    (place / "files" / "logo.svg").write_text(
        "<svg xmlns='http://www.w3.org/2000/svg' width='90' height='30'><text y='20'>LOGO</text></svg>"
    )
    kit = example().model_copy(update={"company": example().company.model_copy(update={"logo": "logo.svg"})})
    pdf = printed(replace(job("proposal", kit), files=place / "files")).pdf
    assert "LOGO" in text_of(pdf)


@pytest.mark.parametrize("template", ["contract", "invoice"])
def test_documents_hold_their_figures_and_a_hostile_name_is_print(template: str) -> None:
    text = text_of(printed(job(template, lead=replace(CLIENT, company="<b>Рога & {{7*7}}</b>"))).pdf)
    assert "<b>Рога & {{7*7}}</b>" in text
    assert "103 201,50" in text.replace("\xa0", " ")
    assert "261124-17-1234" in text


async def test_the_printing_process_answers_as_this_one(tmp_path: Path) -> None:
    given = job("proposal")
    made = await ProcessPress(timeout_s=HANGS_S).printed(given, pdf=False)
    assert made == printed(given, pdf=False)
    with pytest.raises(BadDocument, match="zzz"):
        await ProcessPress(timeout_s=HANGS_S).printed(replace(given, template="zzz"))


async def test_a_template_that_never_ends_is_ended(tmp_path: Path) -> None:
    endless = "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}"
    given = replace(job("proposal"), template="own", templates=own(tmp_path, mail_html=endless))
    press = ProcessPress(timeout_s=1)
    with pytest.raises(BadDocument) as raised:
        await press.printed(given)
    assert not raised.value.may_have_arrived
    running = [child for child in asyncio.all_tasks() if child is not asyncio.current_task()]
    assert running == []
