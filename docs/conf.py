"""Makes a site of the repository's Markdown, where it lies: what `.ci/site` has Sphinx read."""

import re
from pathlib import Path

project = "Nightjar"
html_title = "Nightjar"
project_copyright = "the authors of Nightjar, under the Apache License 2.0"

root_doc = "README"
include_patterns = ["*.md", "docs/*.md", "*/README.md", "data/models/*/CARD.md"]
exclude_patterns = ["target"]

# Pages read as repositories show them: headings have anchors, and what only MyST knows is off, such as comments
# that begin with a percent sign.
extensions = ["myst_parser"]
myst_heading_anchors = 4
myst_disable_syntax = ["myst_block_break", "myst_line_comment", "myst_role", "myst_target"]
highlight_language = "none"
smartquotes = False

# The theme asks no other host for anything.
html_theme = "furo"
html_theme_options = {"footer_icons": []}
html_static_path = ["site"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_sphinx = False
html_use_index = False


def navigation(index: str) -> list[tuple[str, list[str]]]:
    """Returns the captions of docs/README.md with the lines of a toctree for the pages that are listed below them."""
    sections = []
    for section in re.split(r"^## ", index, flags=re.MULTILINE)[1:]:
        caption, _, text = section.partition("\n")
        lines = []
        for title, page in re.findall(r"^- \[([^]]+)]\(([^)#]+)\.md\)", text, flags=re.MULTILINE):
            path = page.removeprefix("../") if page.startswith("../") else f"docs/{page}"
            lines.append(f"{title} <{'self' if path == root_doc else '/' + path}>")
        sections.append((caption, lines))
    return sections


def add_navigation(app, page, source):
    """Gives the first page the navigation, and the page about models their cards. Sphinx warns of all other pages."""
    toctrees = []
    if page == root_doc:
        toctrees = navigation(Path(app.srcdir, "docs", "README.md").read_text(encoding="utf-8"))
    elif page == "data/README":
        toctrees = [("Cards", ["models/*/CARD"])]
    for caption, lines in toctrees:
        options = [":hidden:", ":glob:", f":caption: {caption}", ""]
        source[0] += "\n\n" + "\n".join(["```{toctree}", *options, *lines, "```"])


def complete(app, page, template, context, doctree):
    """Lets the keyboard scroll what is wider than the screen, and gives the navigation's captions their level."""
    context["body"] = context.get("body", "").replace("<pre>", '<pre tabindex="0">')
    context["body"] = context["body"].replace('<div class="table-wrapper', '<div tabindex="0" class="table-wrapper')
    if "furo_navigation_tree" in context:
        levels = context["furo_navigation_tree"].replace('role="heading"', 'role="heading" aria-level="2"')
        context["furo_navigation_tree"] = levels


def setup(app):
    app.connect("source-read", add_navigation)
    app.connect("html-page-context", complete, priority=900)
