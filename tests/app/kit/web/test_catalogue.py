"""Sentences of a page: each reader's language, whatever was shown before, and every value escaped."""

from flask import Flask, render_template_string, session
from flask_babel import force_locale, gettext, refresh
from markupsafe import Markup


def test_a_page_that_changes_its_language_halfway_is_told_in_both(app: Flask) -> None:
    with app.test_request_context():
        assert (gettext("姓名"), render_template_string("{{ _('姓名') }}")) == ("姓名", "姓名")
        with force_locale("en"):
            assert (gettext("姓名"), render_template_string("{{ _('姓名') }}")) == ("Name", "Name")
        assert (gettext("姓名"), render_template_string("{{ _('姓名') }}")) == ("姓名", "姓名")
        session["locale"] = "en"
        refresh()
        assert (gettext("姓名"), render_template_string("{{ _('姓名') }}")) == ("Name", "Name")


def test_the_next_reader_has_their_own_language(app: Flask) -> None:
    for locale, word in (("en", "Name"), ("zh", "姓名"), ("en", "Name")):
        with app.test_request_context():
            session["locale"] = locale
            assert render_template_string("{{ _('姓名') }}") == word


def test_a_value_in_a_sentence_is_escaped_each_time(app: Flask) -> None:
    page = "{{ _('%(owner)s的电话，尾号 %(tail)s', owner=owner, tail='<1>') }}"
    for _time in range(2):
        with app.test_request_context():
            assert render_template_string(page, owner="<b>") == "&lt;b&gt;的电话，尾号 &lt;1&gt;"
            assert "<b>的电话" in render_template_string(page, owner=Markup("<b>"))


def test_a_sentence_without_a_place_for_values_is_the_same_with_and_without_them(app: Flask) -> None:
    with app.test_request_context():
        assert render_template_string("{{ _('姓名', people=3) }}{{ _('姓名') }}") == "姓名姓名"
        assert render_template_string("{{ _('100%%') }}{{ _('100%%') }}") == "100%100%"
        page = "{% autoescape false %}{{ _('姓名') ~ '<' }}{% endautoescape %}"
        assert render_template_string(page) == "姓名<"


def test_a_value_may_have_any_name(app: Flask) -> None:
    with app.test_request_context():
        assert render_template_string("{{ _('%(text)s', text='一', state='二', key='三') }}") == "一"
