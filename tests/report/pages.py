"""Hostile strings and crawls, for the tests of pages."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.cli_crawl import sentence

if TYPE_CHECKING:
    from pathlib import Path

HOSTILE = [
    "<script>window.hit=1</script>",
    "</script><script>window.hit=1</script>",
    "</style><script>window.hit=1</script>",
    "</title><script>window.hit=1</script>",
    "<img src=x onerror=window.hit=1>",
    '"><img src=x onerror=window.hit=1>',
    "'><img src=x onerror=window.hit=1>",
    "<svg onload=window.hit=1>",
    "</svg><svg onload=window.hit=1>",
    "<svg><script>window.hit=1</script></svg>",
    "<svg><animate onbegin=window.hit=1 attributeName=x dur=1s>",
    "<body onload=window.hit=1>",
    "<iframe src=javascript:parent.hit=1>",
    "<iframe srcdoc='<script>parent.hit=1</script>'>",
    "<object data=javascript:window.hit=1>",
    "<embed src=javascript:window.hit=1>",
    "<details open ontoggle=window.hit=1>",
    "<input autofocus onfocus=window.hit=1>",
    "<video><source onerror=window.hit=1></video>",
    "<math><mtext><script>window.hit=1</script></mtext></math>",
    "<link rel=stylesheet href=http://evil.example/x.css>",
    "<base href=http://evil.example/>",
    "<meta http-equiv=refresh content='0;url=http://evil.example/'>",
    "<style>@import 'http://evil.example/x.css'</style>",
    "<form action=http://evil.example/><button>Go</button></form>",
    "<a href=javascript:window.hit=1>x</a>",
    "javascript:window.hit=1",
    "JaVaScRiPt:window.hit=1",
    " javascript:window.hit=1",
    "java\tscript:window.hit=1",
    "data:text/html,<script>opener.hit=1</script>",
    "vbscript:msgbox(1)",
    "https://ok.example/\" onmouseover=\"window.hit=1",
    "https://ok.example/' onmouseover='window.hit=1",
    "https://ok.example/><script>window.hit=1</script>",
    "{{ 7 * 7 }}{% raw %}{{ self }}",
    "${7*7}#{7*7}",
    "<!--><script>window.hit=1</script>-->",
    "<![CDATA[<script>window.hit=1</script>]]>",
    "&lt;script&gt;window.hit=1&lt;/script&gt;",
    "\u202e\u2066<script>window.hit=1</script>\u0000\ufeff",
    "＜script＞window.hit=1＜/script＞ <scr\u0000ipt>window.hit=1</scr\u0000ipt>",
]  # fmt: skip
"""Each would set `hit` on the page's window, call for something outside, or break out of where it is put."""


def write_hostile(path: Path) -> Path:
    """Write a crawl of two articles on each of two sites a hostile string, in title, url, site and text."""
    rows: list[dict[str, Any]] = []
    for number, text in enumerate(HOSTILE):
        story = " ".join(sentence(f"topic{number}", place) for place in range(12))
        rows += [
            {
                "id": f"{number}-{copy}",
                "url": text if copy else f"https://a.example/{number}?q={text}",
                "site": f"{text}{copy}",
                "title": f"{text} {number}",
                "text": f"{text}\n{story}\n{text} and more of it on this page for you to read",
                "published_at": f"2025-05-01T{number % 24:02}:0{copy}:00Z",
            }
            for copy in range(2)
        ]
    path.write_text("\n".join(json.dumps(row) for row in rows), "utf-8")
    return path
