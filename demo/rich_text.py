"""Turning the plain text of the data files into the HTML that Wagtail's rich text fields hold."""

from html import escape


def paragraphs(text: str) -> str:
    """Blank lines part paragraphs; "## " begins a sub-heading and "- " a bullet."""
    html: list[str] = []
    bullets: list[str] = []

    def end_list() -> None:
        if bullets:
            html.append(bullet_list(bullets))
            bullets.clear()

    for part in text.strip().split("\n\n"):
        plain: list[str] = []
        for line in part.splitlines():
            if line.startswith("- "):
                bullets.append(line.removeprefix("- "))
                continue
            end_list()
            if line.startswith("## "):
                html.append(f"<h2>{escape(line.removeprefix('## '), quote=False)}</h2>")
            else:
                plain.append(line)
        if plain:
            html.append(f"<p>{escape(' '.join(plain), quote=False)}</p>")
        end_list()
    return "".join(html)


def bullet_list(lines: list[str]) -> str:
    return "<ul>" + "".join(f"<li>{escape(line, quote=False)}</li>" for line in lines) + "</ul>"
