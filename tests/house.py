"""The rules of the house that no linter has a name for, as functions of source: each says what breaks it, and where."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from string import Formatter

Mistakes = list[str]

MANAGERS_WRITE = {"create", "bulk_create", "bulk_update", "get_or_create", "update_or_create", "save", "delete"}
# Sets and dictionaries have these too; a row's are told by how they are called.
QUERYSET = re.compile(r"\.(objects|filter|exclude|all|open|get_queryset)\b")
NOT_ROWS = {"router", "session", "request.session"}
LOCKED = {"Escalation", "Promise", "Problem", "Update", "Meeting"}
LONGEST = 400


def writes(source: str) -> Mistakes:
    """Whatever changes rows: managers, querysets and models that save, create, update or delete."""
    return [f"line {call.lineno}: {ast.unparse(call.func)}()" for call in _calls(source) if _writes(call)]


def _writes(call: ast.Call) -> bool:
    if not isinstance(call.func, ast.Attribute):
        return False
    receiver, name = ast.unparse(call.func.value), call.func.attr
    if name == "update":
        return bool(QUERYSET.search(receiver)) or (bool(call.keywords) and not call.args)
    if name in ("save", "delete", "create"):
        return bool(QUERYSET.search(receiver)) or "_set" in receiver or _is_a_row(receiver)
    return name in MANAGERS_WRITE


def _is_a_row(receiver: str) -> bool:
    # A plain name (`promise.save()`) or a related manager (`escalation.promises.create()`).
    return re.fullmatch(r"[a-z_]+(\.[a-z_]+)?", receiver) is not None and receiver not in NOT_ROWS


def acts_out_of_form(source: str) -> Mistakes:
    """Public acts that do not take `by` and `now` by keyword, or do not lock what they change before all else."""
    functions = {node.name: node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)}
    found = []
    for act in functions.values():
        if act.name.startswith("_") or not _is_atomic(act):
            continue
        missing = {"by", "now"} - {argument.arg for argument in act.args.kwonlyargs}
        if missing:
            found.append(f"{act.name}: takes no keyword {' and '.join(sorted(missing))}")
        if _is_about_an_escalation(act) and not _locks_first(act, functions):
            found.append(f"{act.name}: does something before it locks the escalation")
    return found


def _is_atomic(function: ast.FunctionDef) -> bool:
    return any("atomic" in ast.unparse(decorator) for decorator in function.decorator_list)


def _is_about_an_escalation(act: ast.FunctionDef) -> bool:
    first = act.args.args[0] if act.args.args else None
    return first is not None and first.annotation is not None and ast.unparse(first.annotation) in LOCKED


def _locks_first(function: ast.FunctionDef, beside: Mapping[str, ast.FunctionDef]) -> bool:
    """Its first statement locks, perhaps after naming the escalation, or is a call of one beside it that does."""
    body = [*function.body]
    if ast.get_docstring(function) is not None:
        body = body[1:]
    subject = function.args.args[0].arg
    first, second = ast.unparse(body[0]), ast.unparse(body[1]) if len(body) > 1 else ""
    if first == f"{subject}.lock()" or first.startswith(f"{subject}.lock_with("):
        return True
    if first == f"escalation = {subject}.escalation":
        return second == "escalation.lock()"
    called = body[0].value if isinstance(body[0], ast.Expr) else None
    if isinstance(called, ast.Call) and isinstance(called.func, ast.Name) and called.func.id in beside:
        return _locks_first(beside[called.func.id], beside)
    return False


def recorded_kinds(source: str) -> set[str]:
    """The names of kinds (`PROMISE_MADE`) that a module speaks of."""
    return {
        node.attr
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "kinds"
    }


def kinds_of(source: str) -> dict[str, tuple[str, str]]:
    """From the module of kinds: constant -> (name, sentence)."""
    found = {}
    for node in ast.parse(source).body:
        if not isinstance(node, ast.Assign) or not isinstance(node.value, ast.Call) or not node.value.args:
            continue
        if isinstance(node.targets[0], ast.Name) and ast.unparse(node.value.func) == "_kind":
            name, sentence = (ast.literal_eval(argument) for argument in node.value.args[:2])
            found[node.targets[0].id] = (name, sentence)
    return found


def words_left_out(source: str, kinds: Mapping[str, tuple[str, str]]) -> Mistakes:
    """Calls of `record` that do not supply every word of the sentence of a kind that they name."""
    found = []
    for call in _calls(source):
        if ast.unparse(call.func).rpartition(".")[2] != "record" or not call.args:
            continue
        given = {keyword.arg for keyword in call.keywords}
        for constant in recorded_kinds(ast.unparse(call.args[0])) & set(kinds):
            needed = {field for _, field, _, _ in Formatter().parse(kinds[constant][1]) if field}
            if missing := sorted(needed - given):
                found.append(f"line {call.lineno}: {constant} is recorded without {', '.join(missing)}")
    return found


def hidden_ways(source: str) -> Mistakes:
    """Signals, overridden saves, and columns that fill themselves: what happens where nobody sees it."""
    found = []
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.ImportFrom(module=str(module)) if module in ("django.db.models.signals", "django.dispatch"):
                found.append(f"line {node.lineno}: signals")
            case ast.ImportFrom(module="django.db.models", names=names) if any(
                name.name == "signals" for name in names
            ):
                found.append(f"line {node.lineno}: signals")
            case ast.ClassDef(bases=bases) if any("Model" in ast.unparse(base) for base in bases):
                found += [
                    f"line {each.lineno}: {node.name}.{each.name} is overridden"
                    for each in node.body
                    if isinstance(each, ast.FunctionDef) and each.name in ("save", "delete", "__init__")
                ]
            case ast.keyword(arg="auto_now" | "auto_now_add"):
                found.append(f"line {node.value.lineno}: {node.arg}")
    return found


def reads_the_wall(source: str) -> Mistakes:
    """Imports of the clock on the wall, wherever they stand."""
    found = []
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.ImportFrom(module="amends.lib", names=names) if any(name.name == "wall" for name in names):
                found.append(f"line {node.lineno}: wall")
            case ast.ImportFrom(module="amends.lib.wall"):
                found.append(f"line {node.lineno}: wall")
            case ast.Import(names=names) if any(name.name == "amends.lib.wall" for name in names):
                found.append(f"line {node.lineno}: wall")
    return found


def imports_inside(source: str) -> Mistakes:
    """Imports that stand in a function, where a reader does not look for them."""
    return [
        f"line {inner.lineno}: {ast.unparse(inner)}"
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]


def without_docstring(source: str) -> bool:
    """A module with something in it that does not say what it is for."""
    tree = ast.parse(source)
    return bool(tree.body) and ast.get_docstring(tree) is None


def unexplained(models: Iterable[str], glossary: str) -> Mistakes:
    """Models that the glossary does not explain, each written as `Model` at the beginning of a row."""
    explained = set(re.findall(r"^\| `(\w+)` \|", glossary, re.MULTILINE))
    return sorted(set(models) - explained)


_COMMENT = re.compile(r"\{#.*?#\}|\{% comment %\}.*?\{% endcomment %\}|<!--.*?-->", re.DOTALL)
_TAG = re.compile(r"<[a-zA-Z][^>]*>", re.DOTALL)
_INLINE = [
    ("a script without a file", re.compile(r"<script\b(?![^>]*\bsrc=)", re.IGNORECASE)),
    ("a style element", re.compile(r"<style\b", re.IGNORECASE)),
    ("a style attribute", re.compile(r"""\sstyle\s*=\s*["'{]""", re.IGNORECASE)),
    ("a handler in the page", re.compile(r"""\son[a-z]+\s*=\s*["'{]""", re.IGNORECASE)),
    ("a javascript: address", re.compile(r"javascript:", re.IGNORECASE)),
]


def inline_in(template: str) -> Mistakes:
    """What the content security policy forbids, or would have to be opened for."""
    tags = " ".join(_TAG.findall(_COMMENT.sub("", template)))
    return [says for says, pattern in _INLINE if pattern.search(tags)]


_HOST = r"""(?:https?:)?//[\w.-]+\.\w+"""
_LOADS = [
    re.compile(rf"""\b(?:src|srcset|poster|data|action|formaction|hx-(?:get|post|put))\s*=\s*["']\s*{_HOST}"""),
    re.compile(rf"""<link\b[^>]*\bhref\s*=\s*["']\s*{_HOST}""", re.IGNORECASE),
    re.compile(rf"""url\(\s*["']?\s*{_HOST}"""),
    re.compile(rf"""@import\s+["']\s*{_HOST}"""),
    re.compile(rf"""(?:\bfetch|\bimport|new (?:EventSource|WebSocket|Worker))\s*\(\s*["'`]\s*(?:wss?:|{_HOST})"""),
    re.compile(rf"""\bfrom\s+["']\s*{_HOST}"""),
]


def loads_from_elsewhere(text: str) -> Mistakes:
    """Templates, styles and scripts that fetch something from another host. A link that one follows is none."""
    return [found[0] for pattern in _LOADS for found in pattern.finditer(_COMMENT.sub("", text))]


def too_long(source: str) -> bool:
    return len(source.splitlines()) > LONGEST


def _calls(source: str) -> Iterator[ast.Call]:
    return (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call))
