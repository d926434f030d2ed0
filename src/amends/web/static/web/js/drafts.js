// Nothing typed is lost: a form with data-draft="key" keeps its text on this machine until the server says
// that it arrived (the cookie draft_done, set by web/drafts.py), for a week at most, or until another member logs in.
// A hidden field is kept with it where it has data-kept; what has data-asked stays as the page has it, which was asked
// to begin so; what has data-besides comes under what was kept.
// A form with data-typed holds what was typed already, and its draft follows it. One with data-drawn-for="kind" is drawn
// for what that field says, as its hidden drawn_for tells: a draft for another is drawn by the server, like a change.
// On the customer's page (theirs.js) it is kept for as long as the tab is open.
// [data-draft-says] in the form tells when it was kept; a form with data-forget-drafts (log out) drops them all.
const PREFIX = "amends:draft:";
const WEEK = 7 * 24 * 3600 * 1000;
const PAUSE = 400;
const pending = new Map();
// Where drafts are kept: in this browser, or for as long as this tab is open.
let store;

const isTyped = (field) => !["hidden", "password", "file", "submit", "button"].includes(field.type);
const isKept = (field) => field.name && !field.disabled && (isTyped(field) || "kept" in field.dataset);
const ours = () => `${PREFIX}${document.body.dataset.member ?? ""}:`;
const slot = (form) => ours() + form.dataset.draft;

function read(name) {
  try {
    return JSON.parse(store.getItem(name));
  } catch {
    return null; // written by something else: as good as nothing
  }
}

function says(form, words) {
  for (const place of form.querySelectorAll("[data-draft-says]")) place.textContent = words;
}

function clock(moment) {
  return new Date(moment).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
}

function keep(form) {
  pending.delete(form);
  const fields = [...form.elements]
    .filter(isKept)
    .map((field) => [field.name, ["checkbox", "radio"].includes(field.type) ? [field.value, field.checked] : field.value]);
  const at = Date.now();
  try {
    store.setItem(slot(form), JSON.stringify({ at, fields }));
    says(form, `Draft kept ${clock(at)}`);
  } catch {
    says(form, "This browser keeps no drafts"); // full, or forbidden
  }
}

// What a draft would send, but for what the page was asked to begin with.
function wouldSend(form, draft) {
  const values = new FormData();
  const asked = new Map([...form.querySelectorAll("[data-asked]:checked")].map((field) => [field.name, field.value]));
  for (const [name, value] of draft.fields) {
    if (asked.has(name)) continue;
    if (!Array.isArray(value)) values.append(name, value);
    else if (value[1]) values.append(name, value[0]);
  }
  for (const [name, value] of asked) values.set(name, value);
  return values;
}

// Whether the form is to be drawn for something else first, which the draft was written for; then it is on its way.
function isDrawnAnew(form, draft) {
  if (!form.dataset.drawnFor) return false;
  const values = wouldSend(form, draft);
  const here = form.elements.drawn_for.value;
  if (values.get(form.dataset.drawnFor) === here && values.get("drawn_for") === here) return false;
  values.set("begin", "1");
  const draw = () => window.htmx?.ajax("POST", form.action, { target: form.parentElement, values });
  if (window.htmx) draw();
  else document.addEventListener("DOMContentLoaded", draw, { once: true });
  return true;
}

// A form that has given way to another: what it held is older than what stands there now.
function forgetGone(form) {
  for (const [old, timer] of pending) {
    if (old.isConnected || slot(old) !== slot(form)) continue;
    clearTimeout(timer);
    pending.delete(old);
  }
}

// Words of a form that is no more stand in the field: they come under what the draft had there.
function keepBesides(form, field) {
  const had = new Map(read(slot(form))?.fields).get(field.name) ?? "";
  field.value = had.includes(field.value) ? had : [had, field.value].filter(Boolean).join("\n\n");
  keep(form);
}

function restore(form) {
  forgetGone(form);
  if ("typed" in form.dataset) return keep(form);
  const besides = form.querySelector("[data-besides]");
  if (besides) return keepBesides(form, besides);
  const draft = read(slot(form));
  if (!draft || isDrawnAnew(form, draft)) return;
  // A form that comes back with its mistakes marked holds what was typed already.
  if (form.querySelector("[aria-invalid=true]")) return;
  const left = [...draft.fields];
  const missing = new Map();
  for (const field of [...form.elements].filter(isKept)) {
    const found = left.findIndex(([name, value]) => name === field.name && (!Array.isArray(value) || value[0] === field.value));
    if (found < 0) continue;
    const [[, value]] = left.splice(found, 1);
    if ("asked" in field.dataset) continue;
    if (Array.isArray(value)) field.checked = value[1];
    else field.value = value;
    missing.set(field.name, field);
  }
  // Lines of a growing list that the fresh page does not have yet.
  for (const [name, value] of left) {
    if (value && !Array.isArray(value)) missing.get(name)?.dispatchEvent(new CustomEvent("amends:add-line", { bubbles: true, detail: value }));
  }
  // What is folded away and was filled in is shown again, be it a part of the form or all of it.
  for (const fold of [form.closest("details"), ...form.querySelectorAll("details")].filter(Boolean)) {
    const fields = [...fold.querySelectorAll("input, select, textarea")];
    fold.open ||= fields.some((field) => (["checkbox", "radio"].includes(field.type) ? field.checked : field.value));
  }
  says(form, `Draft of ${clock(draft.at)} brought back`);
  form.dispatchEvent(new Event("change", { bubbles: true }));
}

function forgetDone() {
  const done = document.cookie.split("; ").find((pair) => pair.startsWith("draft_done="));
  if (!done) return;
  store.removeItem(ours() + decodeURIComponent(done.slice("draft_done=".length)));
  document.cookie = "draft_done=; Path=/; Max-Age=0; SameSite=Lax";
}

function forgetOld() {
  for (const name of Object.keys(store).filter((each) => each.startsWith(PREFIX))) {
    const draft = read(name);
    // Before one is in, nobody knows yet whose they are.
    const isAnothers = document.body.dataset.member && !name.startsWith(ours());
    if (isAnothers || !draft || Date.now() - draft.at > WEEK) store.removeItem(name);
  }
}

export function forgetAll(where = store) {
  for (const name of Object.keys(where)) if (name.startsWith(PREFIX)) where.removeItem(name);
}

export function keepDrafts(where = localStorage) {
  store = where;
  forgetDone();
  forgetOld();
  for (const form of document.querySelectorAll("form[data-draft]")) restore(form);

  document.addEventListener("input", (event) => {
    const form = event.target.closest("form[data-draft]");
    if (!form) return;
    clearTimeout(pending.get(form));
    pending.set(form, setTimeout(keep, PAUSE, form));
  });
  // Leaving within the pause must not cost the last words.
  addEventListener("pagehide", () => [...pending.keys()].forEach(keep));
  document.addEventListener("submit", (event) => {
    if (event.target.matches("[data-forget-drafts]")) forgetAll();
    else if (event.target.matches("[data-draft]")) keep(event.target);
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    forgetDone();
    for (const form of event.target.querySelectorAll("form[data-draft]")) restore(form);
  });
}
