"""The sample's files, byte for byte the same each time: WARC, JSON Lines and Parquet."""

from __future__ import annotations

import gzip
import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import xxhash
from publishing import Article, page, text

if TYPE_CHECKING:
    from pathlib import Path

CRAWL_DELAY = timedelta(days=2)


def url_id(url: str) -> str:
    """Return the id of an article that has none of its own."""
    return xxhash.xxh3_128_hexdigest(url.encode())


def own_id(article: Article) -> str:
    """Return the id that the input gives the article, or else that of its web address."""
    if article.site.file in ("jsonl-1", "parquet"):
        return f"{article.site.file[0]}{xxhash.xxh3_64_hexdigest(article.url.encode())[:10]}"
    return url_id(article.url)


def write_warc(path: Path, articles: list[Article]) -> None:
    """Write articles as pages, one gzip member a record, with a request before every fifth and an image at the end."""
    records = [
        _record(
            "warcinfo",
            path.name,
            b"software: sample_data/make.py\r\nformat: WARC File Format 1.0\r\n",
            "application/warc-fields",
        )
    ]
    for number, article in enumerate(articles):
        when = f"{article.published_at + CRAWL_DELAY:%Y-%m-%dT%H:%M:%S}Z"
        if number % 5 == 0:
            host = article.url.split("/")[2]
            asked = f"GET /{article.url.split('/', 3)[3]} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: sample\r\n\r\n"
            records.append(_record("request", article.url, asked.encode(), "application/http; msgtype=request", when))
        records.append(_response(article.url, page(article).encode(), "text/html; charset=utf-8", when))
    pixel = bytes.fromhex("47494638396101000100800000000000ffffff21f90401000000002c00000000010001000002024401003b")
    records.append(_response("https://harborlight-news.com/pixel.gif", pixel, "image/gif", "2025-05-20T00:00:00Z"))
    path.write_bytes(b"".join(gzip.compress(record, 9, mtime=0) for record in records))


def _response(url: str, content: bytes, media: str, when: str) -> bytes:
    head = f"HTTP/1.1 200 OK\r\nServer: nginx\r\nContent-Type: {media}\r\nContent-Length: {len(content)}\r\n\r\n"
    return _record("response", url, head.encode() + content, "application/http; msgtype=response", when)


def _record(kind: str, target: str, content: bytes, media: str, when: str = "2025-05-20T00:00:00Z") -> bytes:
    key = xxhash.xxh3_128_hexdigest(f"{kind} {target} {when}".encode())
    uuid = f"{key[:8]}-{key[8:12]}-4{key[13:16]}-8{key[17:20]}-{key[20:]}"
    about = f"WARC-Filename: {target}" if kind == "warcinfo" else f"WARC-Target-URI: {target}"
    head = f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <urn:uuid:{uuid}>\r\nWARC-Date: {when}\r\n{about}\r\n"
    return f"{head}Content-Type: {media}\r\nContent-Length: {len(content)}\r\n\r\n".encode() + content + b"\r\n\r\n"


def write_jsonl(path: Path, articles: list[Article], *, is_news_please: bool) -> None:
    """Write articles one a line, in a news scraper's field names or in ours and then with the last line cut short."""
    lines = []
    for article in articles:
        stamp = f"{article.published_at:%Y-%m-%dT%H:%M:%S}Z"
        record: dict[str, Any]
        if is_news_please:
            record = {
                "url": article.url,
                "source_domain": article.site.domain,
                "title": article.title,
                "maintext": text(article),
                "date_publish": stamp.replace("T", " ").removesuffix("Z"),
                "language": article.story.language,
                "authors": [],
            }
        else:
            record = {
                "id": own_id(article),
                "url": article.url,
                "site": article.site.domain,
                "title": article.title,
                "text": text(article),
                "published_at": stamp if len(lines) % 17 != 5 else None,
            }
        lines.append(json.dumps(record, ensure_ascii=False) + "\n")
    if not is_news_please:
        lines.append(
            '{"id": "jbroken", "url": "https://kingsreachpost.co.uk/news/cut-off", "title": "Council to vote on'
        )
    path.write_bytes(gzip.compress("".join(lines).encode(), 9, mtime=0))


def write_parquet(path: Path, articles: list[Article]) -> None:
    """Write articles as a Parquet file."""
    table = pa.table(
        {
            "id": [own_id(article) for article in articles],
            "url": [article.url for article in articles],
            "site": [article.site.domain for article in articles],
            "title": [article.title for article in articles],
            "text": [text(article) for article in articles],
            "published_at": pa.array([article.published_at for article in articles], pa.timestamp("us", tz="UTC")),
        }
    )
    pq.write_table(table, path, compression="zstd", compression_level=12)
