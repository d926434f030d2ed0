import gzip

import pytest
from django.test import RequestFactory
from django.urls import path

from amends.web import assets
from amends.web.views.assets import serve

urlpatterns = [path("assets/<str:edition>/<path:name>", serve, name="asset")]
pytestmark = pytest.mark.urls(__name__)


def fetch(edition, name, **headers):
    return serve(RequestFactory().get("/", headers=headers), edition=edition, name=name)


def test_the_stylesheets_are_one_file_in_their_layers(tmp_path):
    (tmp_path / "amends.css").write_text(
        '/* why */\n@layer base, parts;\n@import url("base.css") layer(base);\n@import url("b/c.css") layer(parts);'
    )
    (tmp_path / "base.css").write_text('/* not this */ a > b { color: red; }\n\nq { quotes: "\\201C" "{"; }')
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "c.css").write_text(".c { margin: calc(1px + 2px); }")

    one = assets.stylesheet(tmp_path)

    assert one.startswith("@layer base, parts;@layer base{a > b{color: red;}q{quotes:")
    assert one.endswith("@layer parts{.c{margin: calc(1px + 2px);}}")
    assert "not this" not in one


def test_a_stylesheet_that_is_named_but_not_there_is_a_mistake(tmp_path):
    (tmp_path / "amends.css").write_text('@import url("lost.css") layer(base);')

    with pytest.raises(FileNotFoundError):
        assets.stylesheet(tmp_path)


def test_every_stylesheet_has_its_line_and_no_other_host():
    listed = (assets.HOME / "css" / "amends.css").read_text()
    ours = [found.relative_to(assets.HOME / "css") for found in (assets.HOME / "css").rglob("*.css")]

    assert [str(each) for each in ours if each.name != "amends.css" and f'url("{each}")' not in listed] == []
    assert "@import" not in assets.stylesheet()
    assert "http" not in assets.stylesheet()


def test_all_that_a_page_loads_is_small():
    ours = [asset for name, asset in assets.all_assets().items() if name != assets.THEIRS]

    assert sum(len(asset.packed) for asset in ours) < 53_000


def test_an_address_changes_with_the_content_and_is_kept_for_ever():
    response = fetch(assets.edition(), "amends.css", **{"Accept-Encoding": "gzip, br"})

    assert assets.url("amends.css") == f"/assets/{assets.edition()}/amends.css"
    assert "immutable" in response["Cache-Control"]
    assert response["Content-Encoding"] == "gzip"
    assert response["Content-Type"] == "text/css; charset=utf-8"
    assert gzip.decompress(response.content).decode() == assets.stylesheet()


def test_a_page_from_before_an_update_gets_todays_file_and_does_not_keep_it():
    response = fetch("000000000000", "js/amends.js")

    assert response.status_code == 200
    assert response["Cache-Control"] == "no-cache"
    assert "Content-Encoding" not in response


def test_only_our_own_files_are_served(client):
    assert client.get(f"/assets/{assets.edition()}/../settings.py").status_code == 404
    assert client.get(f"/assets/{assets.edition()}/js/other.js").status_code == 404
    with pytest.raises(KeyError):
        assets.url("other.css")
