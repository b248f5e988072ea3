"""Forms with brackets: anything a stranger posts is read, and what we post is read as it was."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from robot.crm.forms import at, form_text, listed, parse_form

pytestmark = pytest.mark.unit

_names = st.text(st.characters(exclude_characters="[]", exclude_categories=["Cs"]), min_size=1, max_size=8)
_forms = st.recursive(
    st.dictionaries(_names, st.text(st.characters(exclude_categories=["Cs"]), max_size=12), min_size=1, max_size=3),
    lambda inner: st.dictionaries(_names, inner, min_size=1, max_size=3),
    max_leaves=6,
)


def test_brackets_become_maps() -> None:
    form = parse_form(b"event=ONCRMDEALUPDATE&data[FIELDS][ID]=662&auth[application_token]=abc")
    assert form == {
        "event": "ONCRMDEALUPDATE",
        "data": {"FIELDS": {"ID": "662"}},
        "auth": {"application_token": "abc"},
    }


def test_lists_keep_their_order() -> None:
    form = parse_form("leads[status][0][id]=7&leads[status][0][old]=1&leads[status][1][id]=9&a[]=x&a[]=y")
    assert [one["id"] for one in listed(form, "leads", "status")] == ["7", "9"]
    assert form["a"] == {"0": "x", "1": "y"}
    assert (at(form, "leads", "status", "1", "id"), at(form, "leads", "none"), at(form, "a")) == ("9", "", "")


@given(st.one_of(st.binary(max_size=300), st.text(alphabet="ab[]=&%0-9+", max_size=80)))
def test_nothing_a_stranger_posts_breaks_it(body: bytes | str) -> None:
    form = parse_form(body)
    assert at(form, "a", "b") is not None
    assert listed(form, "a") is not None


@given(_forms)
def test_what_we_write_is_read_as_it_was(form: dict[str, object]) -> None:
    assert parse_form(form_text(form)) == form


def test_depth_and_number_have_bounds() -> None:
    assert parse_form("a" + "[b]" * 50 + "=1") == {}
    assert len(parse_form("&".join(f"n{n}=1" for n in range(5000)))) == 2000
