"""Sites of addresses."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.clean.url import site_of

SITES = {
    "http://www.bbc.co.uk/news/x": "bbc.co.uk",
    "https://user:pw@News.Example.COM:8080/a?b#c": "example.com",
    "//cdn.example.org/x": "example.org",
    "www.example.com/news": "example.com",
    "example.com": "example.com",
    "<http://example.com/>": "example.com",
    " http://example.com. ": "example.com",
    "http://a@b.example.net@example.com/": "example.com",
    "http://a.blogspot.com/": "a.blogspot.com",
    "http://www.b.github.io/": "b.github.io",
    "http://blogspot.com/": "blogspot.com",
    "http://co.uk/": "co.uk",
    "http://пример.рф/": "xn--e1afmkfd.xn--p1ai",
    "http://xn--e1afmkfd.xn--p1ai/": "xn--e1afmkfd.xn--p1ai",
    "http://localhost:8000/": "localhost",
    "http://192.0.2.7:80/": "192.0.2.7",
    "http://[2001:db8::1]:80/": "[2001:db8::1]",
    "index.html": None,
    "urn:uuid:1": None,
    "dns:example.com": None,
    "mailto:a@example.com": None,
    "data:text/html,x": None,
    "http://": None,
    "not a url": None,
    "": None,
    None: None,
}


@pytest.mark.parametrize("url", SITES)
def test_sites(url):
    assert site_of(pl.Series("u", [url], dtype=pl.String)).to_list() == [SITES[url]]


def test_order_name_and_repeats_are_kept():
    urls = pl.Series("address", [*SITES, *SITES], dtype=pl.String)
    sites = site_of(urls)
    assert sites.name == "address"
    assert sites.dtype == pl.String
    assert sites.to_list() == [*SITES.values(), *SITES.values()]
    assert site_of(pl.Series("u", [], dtype=pl.String)).to_list() == []


@given(st.lists(st.one_of(st.none(), st.text(max_size=40), st.from_regex(r"https?://\S{0,40}", fullmatch=True))))
def test_any_text_is_survived(urls):
    safe = [url.encode("utf-8", "replace").decode() if url else url for url in urls]
    assert len(site_of(pl.Series("u", safe, dtype=pl.String))) == len(urls)
