"""Links of the pages: each leads to a file or folder of this tree, and to a heading that it has. Each page of docs/ is in an
index: the README.md of its folder, or of a folder above it. Links to other sites are not followed.
"""
import glob
import os
import re

PAGES = ("*.md", "docs/**/*.md", "reports/**/*.md")
LINK = re.compile(r"\]\(([^()\s]+(?:\([^()\s]*\)[^()\s]*)*)\)|(?:href|src|srcset)=\"([^\"]+)\"")
CODE = re.compile(r"^```.*?^```|`[^`\n]*`", re.S | re.M)


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def slug(heading):
    """As GitHub makes it: lower case, without what is neither a letter, a digit, a hyphen nor a space."""
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).strip().lower()
    return re.sub(r"[^\w\- ]", "", text).replace(" ", "-")


def anchors(path):
    found, text = [], re.sub(r"^```.*?^```", "", read(path), flags=re.S | re.M)
    for heading in re.findall(r"^#+ (.*)$", text, re.M):
        name, count = slug(heading), 0
        while (f"{name}-{count}" if count else name) in found:
            count += 1
        found.append(f"{name}-{count}" if count else name)
    return found + re.findall(r"\bid=\"([^\"]+)\"", text)


def links(path):
    """Pairs of a line and a target. Code has no links."""
    text = CODE.sub(lambda part: re.sub(r"[^\n]", " ", part[0]), read(path))
    for match in LINK.finditer(text):
        target = match[1] or match[2]
        if not re.match(r"[a-z]+:", target):
            yield text.count("\n", 0, match.start()) + 1, target


def check(root, report):
    linked = {}
    pages = sorted({path for pattern in PAGES for path in glob.glob(os.path.join(root, pattern), recursive=True)})
    for page in pages:
        name = os.path.relpath(page, root)
        for line, target in links(page):
            path, _, anchor = target.partition("#")
            there = os.path.normpath(os.path.join(os.path.dirname(page), path)) if path else page
            if not os.path.exists(there):
                report(name, line, f"broken link: {target}: there is no {os.path.relpath(there, root)}")
            elif anchor and there.endswith(".md") and anchor not in anchors(there):
                report(name, line, f"broken link: {target}: {os.path.relpath(there, root)} has no such heading")
            linked.setdefault(name, set()).add(os.path.relpath(there, root))
    check_index(root, [os.path.relpath(page, root) for page in pages], linked, report)


def check_index(root, pages, linked, report):
    if not os.path.exists(os.path.join(root, "docs", "README.md")):
        return
    for page in pages:
        folder, index = os.path.dirname(page), []
        if page == "docs/README.md" or not page.startswith("docs/"):
            continue
        while folder:
            index.append(os.path.join(folder, "README.md"))
            folder = os.path.dirname(folder)
        if not any(page in linked.get(name, ()) for name in index if name != page):
            report(page, 1, "in no index: link it from " + " or ".join(i for i in index if i in pages and i != page))
