"""A page of a few words, for when there is nothing else to show."""

from __future__ import annotations

from html import escape

__all__ = ["plain_page"]


def plain_page(title: str, text: str, *, link: tuple[str, str] | None = None) -> str:
    """Return an HTML page.

    Args:
        title: its heading.
        text: a few sentences.
        link: where to go on, and what the link says.
    """
    onward = f'<p><a class="button" href="{escape(link[0])}">{escape(link[1])}</a></p>' if link else ""
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)} · Mimik</title>\n"
        '<link rel="icon" href="/static/icon.svg">\n<link rel="stylesheet" href="/static/css/style.css">\n'
        f'</head>\n<body>\n<main class="empty">\n<h1>{escape(title)}</h1>\n<p>{escape(text)}</p>\n{onward}\n'
        "</main>\n</body>\n</html>\n"
    )
