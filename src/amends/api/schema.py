"""`python -m amends.api.schema [FILE]`: the description of the API (OpenAPI), printed or written to a file."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path


def text() -> str:
    """The description as it is committed in openapi.json. Expects Django to be set up."""
    from amends.api.door import ROOT, api

    return json.dumps(api.get_openapi_schema(path_prefix=ROOT), indent=2, ensure_ascii=False) + "\n"


def main(arguments: list[str]) -> None:
    """Print it, or write it to the file that is named."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "amends.settings")
    import django

    django.setup()
    if arguments:
        Path(arguments[0]).write_text(text(), encoding="utf-8")
    else:
        sys.stdout.write(text())


if __name__ == "__main__":
    main(sys.argv[1:])
