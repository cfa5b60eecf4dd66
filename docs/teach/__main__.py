"""Make what a teacher needs of the plans of lessons: ``python -m docs.teach [--write [PLAN …]]``.

Of each plan in ``lpsim/show/web/teach/`` it writes beside this file a page to teach from, and as HTML pages
that need nothing else a worksheet, a handout and slides. With ``--write`` it first works out all answers
again, or those of the plans that are named, and writes them into the plans. Where a difference is no longer
what a plan claims, that plan's words have to be thought over: it says so, and ends with 1.
"""

import sys

from docs.teach import answers, pages
from lpsim.show.web.app.teaching import plans


def main() -> int:
    """Write what the command line asks for."""
    write, names = sys.argv[1:2] == ["--write"], sys.argv[2:] or sorted(plans())
    changed = list(answers.write(names)) if write else []
    pages.write()
    if write:
        (pages.HERE / "same_morning.md").write_text(answers.morning(), encoding="utf-8", newline="\n")
    for sentence in changed:
        print(sentence, file=sys.stderr)
    return 1 if changed else 0


if __name__ == "__main__":
    sys.exit(main())
