// Single keys, outside fields, outside forms that keep a draft and while no form is open at the side: who types there
// may stand on a choice or a button. What a key does stands in the markup:
//   data-key="u"    on a link, button or field: u follows, presses or focuses it; "g t" is g, then t
//   data-row        on a row of a list: j and k go down and up, and keys of that row act on it first
//   data-open       on the link inside a row that gets the focus, so that Enter opens it
//   data-focus="id" on a link or button: once followed, the field with that id has the focus
//   data-cancel     on what leaves a form without sending: Esc presses it
//   data-keys-switch  on a checkbox: turns single keys off and on again on this machine
const OFF = "amends:keys-off";
const PATIENCE = 1500;
let begun = "";
let begunAt = 0;

const isField = (element) => element.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");
const isFormOpen = () => document.querySelector("dialog[open], :popover-open form");
const isTyping = (element) => isField(element) || element.closest("form[data-draft]");
const isSeen = (element) => element.checkVisibility();

function press(element) {
  if (element.matches("input, textarea, select")) element.focus();
  else element.click();
}

function target(key) {
  const selector = `[data-key="${CSS.escape(key)}"]`;
  const row = document.querySelector("[data-row][aria-current]");
  const inRow = row?.querySelector(selector);
  if (inRow) return inRow;
  return [...document.querySelectorAll(selector)].find((element) => !element.closest("[data-row]"));
}

function go(step) {
  const rows = [...document.querySelectorAll("[data-row]")].filter(isSeen);
  if (!rows.length) return false;
  const here = rows.findIndex((row) => row.hasAttribute("aria-current"));
  const next = rows[here < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.min(Math.max(here + step, 0), rows.length - 1)];
  rows[here]?.removeAttribute("aria-current");
  next.setAttribute("aria-current", "true");
  next.querySelector("[data-open]")?.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
  return true;
}

function act(key) {
  if (key === "j" || key === "k") return go(key === "j" ? 1 : -1);
  const found = target(key);
  if (found) press(found);
  return Boolean(found);
}

// The one form that is meant while nothing has the focus: what is open at the side, or all that the page asks.
function onlyForm() {
  const place = document.querySelector(":popover-open") ?? document.getElementById("main");
  const main = [...(place?.querySelectorAll("[data-main]") ?? [])].filter(isSeen);
  return main.length === 1 ? main[0].form : null;
}

function leave(element) {
  const cancel = element.closest("form")?.querySelector("[data-cancel]");
  if (cancel) cancel.click();
  else element.blur();
}

function listen(event) {
  if (event.defaultPrevented || event.isComposing) return;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    const form = event.target.closest("form") ?? onlyForm();
    if (!form) return;
    event.preventDefault();
    form.requestSubmit(form.querySelector("[data-main]"));
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape") {
    // An open popover closes by itself; what was typed is kept either way.
    if (!document.querySelector(":popover-open") && isField(event.target)) leave(event.target);
    return;
  }
  if (event.key.length !== 1 || isFormOpen() || isTyping(event.target) || localStorage.getItem(OFF)) return;

  const isSecond = begun && event.timeStamp - begunAt < PATIENCE;
  const key = isSecond ? `${begun} ${event.key}` : event.key;
  begun = "";
  if (!isSecond && document.querySelector(`[data-key^="${CSS.escape(key)} "]`)) {
    begun = key;
    begunAt = event.timeStamp;
    return;
  }
  if (act(key)) event.preventDefault();
}

export function listenForKeys() {
  document.addEventListener("keydown", listen);
  document.addEventListener("click", (event) => {
    const wants = event.target.closest("[data-focus]");
    // After the drawer is open or the anchor is reached.
    if (wants) setTimeout(() => document.getElementById(wants.dataset.focus)?.focus());
  });
  for (const box of document.querySelectorAll("[data-keys-switch]")) {
    box.checked = !localStorage.getItem(OFF);
    box.addEventListener("change", () => (box.checked ? localStorage.removeItem(OFF) : localStorage.setItem(OFF, "1")));
  }
}
