// Nothing typed is lost: a form with data-draft="key" keeps its text on this machine until the server says
// that it arrived (the cookie draft_done, set by web/drafts.py), for a week at most, or until another member logs in.
// A hidden field is kept with it where it has data-kept; what has data-asked stays as the page has it, which was asked
// to begin so.
// [data-draft-says] in the form tells when it was kept; a form with data-forget-drafts (log out) drops them all.
const PREFIX = "amends:draft:";
const WEEK = 7 * 24 * 3600 * 1000;
const PAUSE = 400;
const pending = new Map();

const isTyped = (field) => !["hidden", "password", "file", "submit", "button"].includes(field.type);
const isKept = (field) => field.name && !field.disabled && (isTyped(field) || "kept" in field.dataset);
const ours = () => `${PREFIX}${document.body.dataset.member ?? ""}:`;
const slot = (form) => ours() + form.dataset.draft;

function read(name) {
  try {
    return JSON.parse(localStorage.getItem(name));
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
    localStorage.setItem(slot(form), JSON.stringify({ at, fields }));
    says(form, `Draft kept ${clock(at)}`);
  } catch {
    says(form, "This browser keeps no drafts"); // full, or forbidden
  }
}

function restore(form) {
  const draft = read(slot(form));
  if (!draft) return;
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
  // What is folded away and was filled in is shown again.
  for (const fold of form.querySelectorAll("details")) {
    const fields = [...fold.querySelectorAll("input, select, textarea")];
    fold.open ||= fields.some((field) => (["checkbox", "radio"].includes(field.type) ? field.checked : field.value));
  }
  says(form, `Draft of ${clock(draft.at)} brought back`);
  form.dispatchEvent(new Event("change", { bubbles: true }));
}

function forgetDone() {
  const done = document.cookie.split("; ").find((pair) => pair.startsWith("draft_done="));
  if (!done) return;
  localStorage.removeItem(ours() + decodeURIComponent(done.slice("draft_done=".length)));
  document.cookie = "draft_done=; Path=/; Max-Age=0; SameSite=Lax";
}

function forgetOld() {
  for (const name of Object.keys(localStorage).filter((each) => each.startsWith(PREFIX))) {
    const draft = read(name);
    // Before one is in, nobody knows yet whose they are.
    const isAnothers = document.body.dataset.member && !name.startsWith(ours());
    if (isAnothers || !draft || Date.now() - draft.at > WEEK) localStorage.removeItem(name);
  }
}

function forgetAll() {
  for (const name of Object.keys(localStorage)) if (name.startsWith(PREFIX)) localStorage.removeItem(name);
}

export function keepDrafts() {
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
