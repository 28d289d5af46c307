"""A page of ours with a form filled in as it was typed."""

from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from app.kit.web.typed_form import with_typed

PAGE = """<main id="content"><details class="fold"><summary>改</summary>
<form method="post" action="/x/1"><input type="hidden" name="csrf_token" value="new">
<input type="hidden" name="event" value="a">
<input name="name" value="旧"><textarea name="note">旧话</textarea>
<input type="password" name="secret" value=""><select name="level"><option value="">未知</option>
<option value="2" selected>二</option><option value="3">三</option></select>
<input type="checkbox" name="days" value="1" checked><input type="checkbox" name="days" value="2">
<button>好</button></form></details>
<form method="post" action="/x/1"><input type="hidden" name="event" value="b">
<input name="name" value="别动"></form></main>"""
TYPED = MultiDict(
    [
        ("csrf_token", "old"),
        ("event", "a"),
        ("name", '阿"牛<'),
        ("note", "</textarea>新话"),
        ("secret", "hush"),
        ("level", "3"),
        ("days", "2"),
    ]
)


def test_every_kind_of_field_says_again_what_was_typed_in_it() -> None:
    page = with_typed(PAGE, "/x", "/x/1", TYPED, Markup("<p>原因</p>"))
    assert '<details class="fold" open>' in page
    assert '<form method="post" action="/x/1"><p>原因</p><input type="hidden" name="page" value="/x">' in page
    assert 'name="csrf_token" value="new"' in page
    assert 'name="name" value="阿&#34;牛&lt;"' in page
    assert "&lt;/textarea&gt;新话</textarea>" in page
    assert '<option value="3" selected>' in page
    assert '<option value="2">' in page
    assert 'value="1">' in page
    assert 'value="2" checked>' in page
    assert "hush" not in page
    assert 'value="别动"' in page


def test_words_are_not_lost_with_their_form() -> None:
    page = with_typed(PAGE, "/x", "/gone", TYPED, Markup("<p>原因</p>"))
    assert page.startswith('<main id="content"><div class="notice bad"><p>原因</p>')
    assert "阿&#34;牛&lt;" in page
    assert 'name="name" value="旧"' in page
