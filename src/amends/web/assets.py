"""Stylesheet, scripts and icons: a few small files under a name that changes when any of them does.

No build step: the stylesheets are put into one file when they are first asked for, in the order of
`css/amends.css`. All files of one state of the code share a folder named after their content, the edition,
so that browsers may keep them for ever and the modules find each other by plain relative imports.
"""

import gzip
import hashlib
import re
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from pathlib import Path
from types import MappingProxyType

from django.urls import get_script_prefix, reverse

HOME = Path(__file__).parent / "static" / "web"
# What the customer's page runs, and no page of ours
THEIRS = "js/theirs.js"
_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_IMPORT = re.compile(r'@import url\("([\w./-]+)"\) layer\((\w+)\);')
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
# What explains a script to whoever writes it is of no use to a browser.
_COMMENT_LINE = re.compile(r"^\s*//.*\n", re.MULTILINE)
_GAPS = re.compile(r"\s+")
_AROUND = re.compile(r" ?([{};]) ?")


@dataclass(frozen=True, slots=True)
class Asset:
    """One file as it goes out, plain and packed (gzip)."""

    content: bytes
    packed: bytes
    content_type: str


def stylesheet(folder: Path = HOME / "css") -> str:
    """All stylesheets as one, each in its layer. Raises FileNotFoundError where an import leads nowhere."""

    def inline(found: re.Match[str]) -> str:
        path, layer = found.groups()
        return f"@layer {layer} {{ {(folder / path).read_text()} }}"

    return _squeeze(_IMPORT.sub(inline, _COMMENT.sub("", (folder / "amends.css").read_text())))


@cache
def all_assets() -> MappingProxyType[str, Asset]:
    """Every file by its name: amends.css, icons.svg, favicon.svg, htmx.js, js/*.js. Read once a process."""
    found = {"amends.css": stylesheet().encode()}
    found |= {path.name: path.read_bytes() for path in sorted((HOME / "icons").glob("*.svg"))}
    found |= {
        f"js/{path.name}": _COMMENT_LINE.sub("", path.read_text()).encode()
        for path in sorted((HOME / "js").glob("*.js"))
    }
    found["htmx.js"] = resources.files("django_htmx").joinpath("static/django_htmx/htmx-2.min.js").read_bytes()
    return MappingProxyType({name: _asset(name, content) for name, content in found.items()})


@cache
def edition() -> str:
    """The name of this state of the files: twelve hex digits that change when any byte of them does."""
    digest = hashlib.sha256()
    for name, asset in sorted(all_assets().items()):
        digest.update(f"{name}\0{len(asset.content)}\0".encode())
        digest.update(asset.content)
    return digest.hexdigest()[:12]


def url(name: str) -> str:
    """Where a file is served. Raises KeyError for a name that there is not."""
    return _url(get_script_prefix(), name)


@lru_cache(maxsize=256)
def _url(prefix: str, name: str) -> str:
    """A page names some hundred of them: each is looked up once for each place where we are served."""
    if name not in all_assets():
        raise KeyError(f"There is no {name} among the assets.")
    return reverse("asset", kwargs={"edition": edition(), "name": name})


def modules() -> list[str]:
    """The names of the script modules, so that a page of ours can ask for all of them at once."""
    return [name for name in all_assets() if name.startswith("js/") and name != THEIRS]


def _asset(name: str, content: bytes) -> Asset:
    # The time is left out of the packing, so that the same files are the same bytes.
    return Asset(content, gzip.compress(content, 9, mtime=0), f"{_TYPES[Path(name).suffix]}; charset=utf-8")


def _squeeze(css: str) -> str:
    return _AROUND.sub(r"\1", _GAPS.sub(" ", _COMMENT.sub("", css))).strip()
