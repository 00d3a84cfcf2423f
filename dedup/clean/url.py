"""Address → the site it is on."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from tldextract import TLDExtract

# The scheme may be missing, as in "www.example.com/a" and "//example.com/a"; then the host must look like one.
_HOST = (
    r"(?i)^\s*<?(?:(?:https?|ftp|feed):)?//(?:[^/?#\\]*@)?(\[[0-9a-f:.]+\]|[^/?#\\:@\s>]+)"
    r"|^\s*((?:[^\s/?#\\:@.<>]+\.)+[^\s/?#\\:@.<>\d]{2,})(?::\d{1,5})?(?:[/?#]|\s*$)"
)
_IPV4 = re.compile(r"\d{1,3}(\.\d{1,3}){3}$")


def site_of(urls: pl.Series) -> pl.Series:
    """Return the site of each address: its registrable domain, in ASCII and lower case.

    Parameters
    ----------
    urls
        String.

    Returns
    -------
    pl.Series
        String, in the order of `urls`; null where an address names no host. An IP address, ``localhost`` or a public
        suffix itself is its own site.

    Notes
    -----
    Private suffixes count: ``a.blogspot.com`` and ``b.blogspot.com`` are two publishers with furniture of their own,
    and taking them for one would hide that one copied the other. The suffix list is the one packaged with tldextract;
    nothing is fetched. Work is done once a distinct host.
    """
    hosts = urls.to_frame("url").select(
        pl.col("url").str.extract(_HOST, group).str.to_lowercase().str.strip_chars_end(".").alias(name)
        for group, name in ((1, "named"), (2, "bare"))
    )
    hosts = hosts.select(pl.coalesce("named", "bare").alias("host"), pl.col("named").is_not_null().alias("is_named"))
    distinct = hosts["host"].drop_nulls().unique(maintain_order=True)
    sites = pl.DataFrame([(host, *_site(host)) for host in distinct], schema=_SITES, orient="row")
    joined = hosts.join(sites, on="host", how="left", maintain_order="left")
    # Without a scheme, only a known suffix tells "example.com" from "index.html".
    return joined.select(pl.when(pl.col("is_named") | pl.col("is_listed")).then("site").alias(urls.name)).to_series()


_SITES = {"host": pl.String(), "site": pl.String(), "is_listed": pl.Boolean()}


def _site(host: str) -> tuple[str, bool]:
    """Return the site of a host, and whether its suffix is in the list."""
    if host.startswith("[") or _IPV4.match(host):
        return host, False
    try:
        name = host.encode("idna").decode("ascii") if not host.isascii() else host
    except UnicodeError:
        name = host
    found = _extractor().extract_str(name)
    if found.domain and found.suffix:
        return f"{found.domain}.{found.suffix}", True
    return name, bool(found.suffix)


@cache
def _extractor() -> TLDExtract:
    from tldextract import TLDExtract

    return TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)
