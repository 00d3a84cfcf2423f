"""Articles out of pages."""

import contextlib
import datetime as dt
import gzip
import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.clean import head, jsonld
from dedup.clean.evidence import parse_time
from dedup.clean.extract import EXTRACTORS, extract, trim
from dedup.clean.markup import BadPageError, decode

ROOT = Path(__file__).parents[2]
REAL = ROOT.parent / "shared/data/crawl/html"
SENTENCE = "The council said on Tuesday that the old bridge would not be rebuilt before the spring of next year."


def page(*head_lines: str, body: str = "", lang: str = "") -> bytes:
    paragraphs = "".join(f"<p>{SENTENCE} ({i})</p><p>{SENTENCE[::-1]} x{i}.</p>" for i in range(6))
    attribute = f' lang="{lang}"' if lang else ""
    return (
        f"<!doctype html><html{attribute}><head>{''.join(head_lines)}</head><body>"
        f'<nav><a href="/">Home</a> <a href="/s">Sport</a></nav>{body}<article>{paragraphs}</article>'
        "<footer>© Example Media. All rights reserved.</footer></body></html>"
    ).encode()


@pytest.mark.parametrize("extractor", EXTRACTORS)
def test_the_article_is_found_without_its_furniture(extractor):
    text = extract(page(), None, extractor).text
    assert text.count("The council said") == 6
    assert "Sport" not in text
    assert "rights reserved" not in text
    assert "\n" in text


@pytest.mark.parametrize("extractor", EXTRACTORS)
@pytest.mark.parametrize("empty", [b"", b" ", b"<html></html>", b"<html><body><script>1</script></body></html>"])
def test_a_page_without_an_article_is_an_empty_text(extractor, empty):
    assert extract(empty, None, extractor).text == ""


def test_evidence_is_kept_sorted_and_short():
    data = {
        "@context": "https://schema.org",
        "@graph": [
            {"@type": "WebSite", "name": "Site", "url": "https://site.example"},
            {
                "@type": ["NewsArticle"], "headline": "The bridge", "datePublished": "2021-03-04T05:06:07+02:00",
                "author": [{"name": "A. Writer"}, {"name": "B. Writer"}], "publisher": {"name": "Site"},
                "sourceOrganization": {"name": "The Agency"}, "isBasedOn": "https://agency.example/1",
                "copyrightHolder": "The Agency", "description": "x" * 1000, "inLanguage": "de-AT",
            },
        ],
    }  # fmt: skip
    found = extract(
        page(
            f'<script type="application/ld+json">{json.dumps(data)}</script>',
            '<LINK HREF="https://site.example/a?x=1&amp;y=2" REL=canonical>',
            "<meta content='https://site.example/a' property='og:url'>",
            '<meta name="syndication-source" content="https://agency.example/1">',
            f'<meta name="copyright" content="{"c" * 1000}">',
            '<!-- <meta name="author" content="Commented Out"> -->',
            '<script>var s = \'<meta name="author" content="In A Script">\';</script>',
        ),
        None,
    )
    assert found.page == sorted(found.page)
    evidence = dict(entry.split("=", 1) for entry in found.page)
    assert evidence["canonical"] == found.url == "https://site.example/a?x=1&y=2"
    assert evidence["json-ld:author"] == found.author == "A. Writer; B. Writer"
    assert evidence["json-ld:sourceOrganization"] == evidence["json-ld:copyrightHolder"] == "The Agency"
    assert evidence["json-ld:isBasedOn"] == evidence["syndication-source"] == "https://agency.example/1"
    assert len(evidence["meta:copyright"]) == 300
    assert "meta:author" not in evidence
    assert found.published_at == dt.datetime(2021, 3, 4, 3, 6, 7, tzinfo=dt.UTC)
    assert found.published_at_source == "json-ld"
    assert found.language == "de"


@pytest.mark.parametrize(
    ("description", "is_kept"),
    [
        ("ROME (AP) \u2014 The council votes", True),
        ("(Reuters) - The council votes", True),
        ("The council votes to close the bridge", False),
        ("The council (a body of nine) votes - at last", False),
        ("x" * 200 + " (AP) - The council", False),
    ],
)
def test_a_description_is_evidence_where_it_opens_with_a_dateline(description: str, *, is_kept: bool) -> None:
    found = extract(page(f'<meta property="og:description" content="{description}">'), None)
    assert any(entry.startswith("og:description=") for entry in found.page) == is_kept


META_TIME = '<meta property="article:published_time" content="2020-01-02T03:04:05Z">'
BAD_JSON = '<script type="application/ld+json">{"@type": "NewsArticle", "datePublished": "2020-01-05", oops}</script>'
DATES = {
    "meta": ([META_TIME], "", None, (2, "meta:article:published_time")),
    "broken JSON-LD": ([BAD_JSON, META_TIME], "", None, (5, "json-ld")),
    "one time": ([], '<time datetime="2020-01-03">3 Jan</time>', None, (3, "time")),
    "times of one day": (
        [],
        '<time datetime="2020-01-03T01:00Z"></time><time datetime="2020-01-03T09:00Z"></time>',
        None,
        (3, "time"),
    ),
    "times of many days": ([], '<time datetime="2020-01-03"></time><time datetime="2020-01-04"></time>', None, None),
    "a marked time": (
        [],
        '<time datetime="2020-01-03"></time><time itemprop="datePublished" datetime="2020-01-04">',
        None,
        (4, "time"),
    ),
    "the address": ([], "", "https://a.example/2020/01/06/story.html", (6, "url")),
    "no date in the address": ([], "", "https://a.example/2020/13/06/story-20200199.html", None),
    "nonsense": (['<meta property="article:published_time" content="yesterday at noon">'], "", None, None),
    "the far future": (
        ['<meta property="article:published_time" content="9999-12-31T23:59:59-12:00">'],
        "",
        None,
        None,
    ),
    "the epoch": (['<meta property="article:published_time" content="1970-01-01T00:00:00Z">'], "", None, None),
}


@pytest.mark.parametrize("case", DATES)
def test_dates_are_believed_in_order(case):
    lines, body, url, expected = DATES[case]
    found = extract(page(*lines, body=body), None, url=url)
    if expected is None:
        assert (found.published_at, found.published_at_source) == (None, None)
    else:
        assert found.published_at is not None
        assert (found.published_at.date(), found.published_at_source) == (dt.date(2020, 1, expected[0]), expected[1])


def test_times_are_read_in_the_forms_pages_use():
    expected = dt.datetime(2021, 3, 4, 5, 6, 7, tzinfo=dt.UTC)
    for text in (
        "2021-03-04T05:06:07Z",
        "2021-03-04T07:06:07+0200",
        "2021-03-04 05:06:07",
        "Thu, 04 Mar 2021 05:06:07 GMT",
    ):
        assert parse_time(text) == expected, text
    for text in (None, "", "2021", "soon", "0001-01-01T00:00:00+14:00", "x" * 1000):
        assert parse_time(text) is None, text


@pytest.mark.parametrize(
    ("html", "charset"),
    [
        ("<p>Café wörld</p>".encode(), "latin-1"),  # valid UTF-8 is UTF-8, whatever the header says
        ("<p>Café wörld</p>".encode("latin-1"), "iso-8859-1"),
        ("<p>Café wörld</p>".encode("latin-1"), "utf-8"),
        ('<meta charset="windows-1252"><p>Café wörld</p>'.encode("cp1252"), None),
        ("<p>Café wörld</p>".encode("utf-8-sig"), "latin-1"),
        ("<p>Café wörld</p>".encode("utf-16"), None),
        (("<html><body>" + "<p>Café wörld</p>" * 20).encode("utf-16-le"), "no-such-charset"),
    ],
)
def test_charsets(html, charset):
    assert "Café wörld" in decode(html, charset)


def test_seven_bit_charsets_are_honoured_and_utf_7_is_not():
    assert "東京" in decode("<p>東京</p>".encode("iso-2022-jp"), "ISO-2022-JP")
    assert "<script>" not in decode(b"+ADw-script+AD4-", "utf-7")


BOMBS = {
    "not-html": [b"%PDF-1.7 x", bytes(5000), b"\x89PNG\r\n\x1a\n" + bytes(100)],
    "too-large": [b"x" * (16 * 2**20 + 1)],
    "too-deep": [b"<div>" * 3000, b"<b>x" * 3000],
    "too-many-tags": [b"<p>" * 500_000],
    "too-many-attributes": [b"<p " + b" a=1" * 20_000 + b">", b"<p " + b" b='1'" * 20_000],
}


@pytest.mark.parametrize("reason", BOMBS)
def test_bombs_are_refused_before_any_parser_runs(reason):
    for html in BOMBS[reason]:
        with pytest.raises(BadPageError) as caught:
            extract(html, None)
        assert caught.value.reason == reason


def test_a_tag_may_be_long_without_many_attributes():
    state = '{"a": 1} ' * 20_000
    image = f"<img src='data:image/png;base64,{'A' * 500_000}'><div data-state='{state}'></div>"
    assert SENTENCE in extract(page(body=image), None).text


def test_trimming_takes_edges_only_and_never_much():
    paragraphs = [f"{SENTENCE} {i}." for i in range(10)]
    text, is_doubtful = trim(
        "\n".join(["By A. Writer", "  ", *paragraphs[:5], "A heading", *paragraphs[5:], "Share this"])
    )
    assert text.split("\n") == [*paragraphs[:5], "A heading", *paragraphs[5:]]
    assert not is_doubtful
    listing = ["one"] * 200 + paragraphs[:2] + ["two"] * 200
    text, is_doubtful = trim("\n".join(listing))
    assert text.split("\n") == listing
    assert is_doubtful


@given(st.text(max_size=400))
def test_trimming_only_drops_lines(text):
    trimmed, _ = trim(text)
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    kept = [line for line in trimmed.split("\n") if line]
    assert any(lines[i : i + len(kept)] == kept for i in range(len(lines) + 1))
    assert 0.85 * sum(map(len, lines)) <= sum(map(len, kept))


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=600))
def test_any_bytes_give_an_article_or_a_reason(data):
    with contextlib.suppress(BadPageError):
        found = extract(b"<html><body>" + data, None, "resiliparse")
        "".join([found.text, found.title or "", *found.page]).encode()


@given(st.text(max_size=300))
def test_any_json_ld_and_any_markup_is_survived(text):
    jsonld.find([text, '{"@type":"NewsArticle","headline":' + text, "[" * 5000 + text, None])
    head.read("<meta " + text + "<script type=application/ld+json>" + text + "<title>" + text)


def test_workers_import_neither_polars_nor_numba():
    code = "import sys, dedup.clean.extract as e; e.preload('resiliparse'); e.extract(b'<p>x', None, 'resiliparse')\n"
    code += "print(sorted({'polars', 'numba', 'pyarrow', 'scipy'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


@pytest.mark.skipif(not REAL.is_dir(), reason="the hand-marked pages are not here")
def test_real_pages_keep_their_bodies_and_their_neighbours_do_not_matter():
    names = sorted(json.loads((REAL / "ground-truth.json").read_text("utf-8")))[:30]
    pages = [gzip.decompress((REAL / "pages" / f"{name}.html.gz").read_bytes()) for name in names]
    forward = [extract(html, None) for html in pages]
    backward = [extract(html, None) for html in reversed(pages)][::-1]
    assert forward == backward
    assert sum(bool(found.text) for found in forward) >= 29
    assert sum(found.published_at is not None for found in forward) >= 20
