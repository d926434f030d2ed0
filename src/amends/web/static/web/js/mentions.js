// Behind an @ in a textarea with data-mentions="address", names are offered while one types: arrows choose, Enter or
// Tab takes one, Esc leaves. Whoever just types the name goes on typing.
import { sayOut } from "./out.js";

const PAUSE = 120;
const TYPED = /(?:^|[\s([{“"‘,;:–—>])@([^\s@][^@\n]{0,39})?$/u;
let list = null;
let field = null;
let asked = 0;
let timer = 0;

const options = () => [...(list?.querySelectorAll("[role=option]") ?? [])];
const chosen = () => list?.querySelector("[aria-selected=true]");

// What stands behind the last @ before the cursor; null where there is none.
function begun(area) {
  if (area.selectionStart !== area.selectionEnd) return null;
  const found = TYPED.exec(area.value.slice(0, area.selectionStart));
  return found ? (found[1] ?? "") : null;
}

function leave() {
  clearTimeout(timer);
  asked += 1;
  list?.remove();
  field?.removeAttribute("aria-activedescendant");
  field?.removeAttribute("aria-controls");
  field?.setAttribute("aria-expanded", "false");
  list = field = null;
}

function choose(option) {
  for (const each of options()) each.setAttribute("aria-selected", String(each === option));
  field.setAttribute("aria-activedescendant", option.id);
  option.scrollIntoView({ block: "nearest" });
}

function take(option) {
  const area = field;
  const typed = begun(area) ?? "";
  area.setRangeText(`${option.dataset.name} `, area.selectionStart - typed.length, area.selectionStart, "end");
  leave();
  area.focus();
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

function show(area, html) {
  leave();
  field = area;
  list = document.createElement("ul");
  list.id = "names";
  list.className = "names";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Members");
  list.innerHTML = html;
  if (!options().length) return leave();
  area.parentElement.append(list);
  list.style.insetBlockStart = `${area.offsetTop + area.offsetHeight + 4}px`;
  list.style.insetInlineStart = `${area.offsetLeft}px`;
  area.setAttribute("aria-controls", list.id);
  area.setAttribute("aria-expanded", "true");
  list.addEventListener("mousedown", (event) => {
    event.preventDefault(); // the cursor stays in the text
    const option = event.target.closest("[role=option]");
    if (option) take(option);
  });
  choose(options()[0]);
}

async function offer(area, typed) {
  asked += 1;
  const mine = asked;
  try {
    const response = await fetch(`${area.dataset.mentions}?q=${encodeURIComponent(typed)}`);
    if (response.status === 401) sayOut();
    if (response.ok && mine === asked && begun(area) === typed) show(area, await response.text());
  } catch {
    // Without an answer one types the name.
  }
}

function onKey(event) {
  if (!list || event.target !== field || event.isComposing) return;
  const all = options();
  const here = all.indexOf(chosen());
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) choose(all[(here + step + all.length) % all.length]);
  else if ((event.key === "Enter" && !event.ctrlKey && !event.metaKey) || event.key === "Tab") take(chosen());
  else if (event.key === "Escape") leave();
  else return;
  event.preventDefault();
  event.stopPropagation();
}

export function completeMentions() {
  document.addEventListener("input", (event) => {
    const area = event.target.closest("textarea[data-mentions]");
    if (!area) return;
    clearTimeout(timer);
    const typed = begun(area);
    if (typed === null) leave();
    else timer = setTimeout(offer, PAUSE, area, typed);
  });
  // Before those keys mean anything else.
  document.addEventListener("keydown", onKey, true);
  document.addEventListener("focusout", (event) => {
    if (event.target === field) leave();
  });
}
