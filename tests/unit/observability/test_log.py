import io
import json
import logging

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from robot.observability.log import mask_event, mask_text, setup_logging

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    "written", ["+74951234567", "8 (495) 123-45-67", "79161234567", "+7 916 123 45 67", "810 44 20 7946 0958"]
)
def test_a_number_in_any_writing_keeps_two_digits(written: str) -> None:
    masked = mask_text(f"dialing {written} now")

    assert masked == f"dialing ***{written.replace(' ', '').replace('-', '')[-2:]} now"


@pytest.mark.parametrize(
    "text",
    ["12 of 340 booked", "2026-11-21", "took 0.123456789 s", "0b7f5a6e-1c1c-4a4e-9a53-3f1f1f1f1f1f", "127.0.0.1:5038"],
)
def test_other_figures_stay(text: str) -> None:
    assert mask_text(text) == text


@given(st.from_regex(r"\+7[0-9]{10}", fullmatch=True))
def test_no_number_survives_wherever_it_hides(number: str) -> None:
    event = mask_event(
        None,
        "info",
        {
            "event": f"call {number}",
            "nested": {"phones": [number, int(number)], "pair": (number,)},
            "error": ValueError(f"bad {number}"),
            "exception": f"Traceback …\nValueError: {number}",
        },
    )

    assert number[1:] not in json.dumps(event, default=str)


def test_secrets_never_leave_and_standard_logging_is_masked_too(capsys: pytest.CaptureFixture[str]) -> None:
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    try:
        setup_logging(json=True)
        output = io.StringIO()
        root.handlers[0].setStream(output)  # type: ignore[attr-defined]
        structlog.get_logger("test").info("login", ami_secret="hunter2", nested={"Password": "hunter2"})
        logging.getLogger("library").warning("calling %s", "+74951234567")
        try:
            raise RuntimeError("number +74951234567")
        except RuntimeError:
            structlog.get_logger("test").exception("failed")
    finally:
        root.handlers, root.level = handlers, level
        structlog.reset_defaults()
    text = output.getvalue()

    assert "hunter2" not in text
    assert "4951234567" not in text
    assert [json.loads(line)["event"] for line in text.splitlines()] == ["login", "calling ***67", "failed"]
