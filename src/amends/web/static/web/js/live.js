// An open page notices what others change. Every few seconds it asks #live's data-watch whether anything is other
// than data-seen; if so, the page comes again, and each part of it ([data-live], with an id) that differs takes its
// place. A part in which somebody types, has typed, chooses or selects stays until they are done, and nothing scrolls.
import { isOut, sayOut } from "./out.js";

const EVERY = 10_000;
const CALM = 30_000;
const LONGEST = 120_000;
const CALM_AFTER = 600_000;
const REST_AFTER = 3_600_000;
const NEWS_FOR = 30_000;
const FIELDS = "input, textarea, select";

let place;
let since;
let timer;
let wait = EVERY;
let lastTouch = 0;
let asking = false;
let waiting = null;
const served = new Map();

const parts = (root) => root.querySelectorAll("[data-live][id]");

// What the server said, without what differs each time it says it.
function said(part) {
  const copy = part.cloneNode(true);
  for (const token of copy.querySelectorAll("[name=csrfmiddlewaretoken]")) token.setAttribute("value", "");
  for (const time of copy.querySelectorAll("[data-relative]")) time.textContent = "";
  for (const fuse of copy.querySelectorAll(".promise-line__fuse")) fuse.remove();
  return copy.innerHTML;
}

function isTypedIn(field) {
  if (field.type === "hidden" || field.type === "submit") return false;
  if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
  if (field.matches("select")) {
    const options = [...field.options];
    if (options.some((option) => option.defaultSelected)) return options.some((option) => option.selected !== option.defaultSelected);
    return field.selectedIndex > 0;
  }
  return field.value !== field.defaultValue;
}

function isInUse(part) {
  const active = document.activeElement;
  const selection = getSelection();
  return (
    part.dataset.grown !== undefined ||
    (part.contains(active) && active.matches(FIELDS)) ||
    [...part.querySelectorAll(FIELDS)].some(isTypedIn) ||
    part.matches(":popover-open") ||
    Boolean(part.querySelector(":popover-open, .problem--lifted, [aria-invalid=true], [name=as_it_is], [data-came-back]")) ||
    (selection.type === "Range" && part.contains(selection.anchorNode))
  );
}

// The same thing in what came anew: by its id, or by where it leads.
function again(part, element) {
  if (element.id) return part.querySelector(`#${CSS.escape(element.id)}`);
  const href = element.getAttribute("href");
  return href ? part.querySelector(`[href="${CSS.escape(href)}"]`) : null;
}

function replace(old, fresh) {
  const opened = [...old.querySelectorAll("details[open] > summary")].map((summary) => summary.textContent.trim());
  const here = old.querySelector("[data-row][aria-current] [data-open]");
  const active = old.contains(document.activeElement) ? document.activeElement : null;
  window.htmx.swap(old, fresh.outerHTML, { swapStyle: "outerHTML", swapDelay: 0, settleDelay: 0 });
  const part = document.getElementById(fresh.id);
  for (const summary of part.querySelectorAll("details > summary")) {
    if (opened.includes(summary.textContent.trim())) summary.parentElement.open = true;
  }
  if (here) again(part, here)?.closest("[data-row]")?.setAttribute("aria-current", "true");
  if (active) again(part, active)?.focus({ preventScroll: true });
}

// Something that is in sight and will be there afterwards, so that the eye keeps its place.
function anchor() {
  const inSight = (element) => {
    const { top, bottom, height } = element.getBoundingClientRect();
    return height > 0 && top >= 0 && bottom <= innerHeight;
  };
  const active = document.activeElement;
  if (active !== document.body && inSight(active)) return active;
  return [...document.querySelectorAll("#main [id]:not([data-live]), #main form, #main h2")].find((element) => inSight(element) && !element.closest(".promise-line"));
}

function showNews(fresh) {
  const news = place.querySelector("[data-live-news]");
  const lines = fresh.querySelectorAll("[data-live-news] > p");
  if (!lines.length) return;
  news.replaceChildren(...lines);
  news.onclick = (event) => event.target.closest("[data-live-seen]")?.parentElement.remove();
  setTimeout(() => news.contains(lines[0]) && news.replaceChildren(), NEWS_FOR);
}

function take(page) {
  const keep = anchor();
  const before = keep?.getBoundingClientRect().top;
  let isLeft = false;
  for (const fresh of parts(page)) {
    const old = document.getElementById(fresh.id);
    const words = said(fresh);
    if (!old || served.get(fresh.id) === words) continue;
    if (isInUse(old)) {
      isLeft = true;
    } else {
      replace(old, fresh);
      served.set(fresh.id, words);
    }
  }
  const told = page.querySelector("[data-told]");
  const composer = document.getElementById("live-composer");
  if (told && composer && isInUse(composer)) document.getElementById(told.id)?.replaceChildren(...told.cloneNode(true).children);
  else if (composer) since = place.dataset.seen;
  if (keep?.isConnected) scrollBy({ top: keep.getBoundingClientRect().top - before, behavior: "instant" });
  waiting = isLeft ? page : null;
}

function read(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  const fresh = page.getElementById("live");
  if (!fresh) return;
  place.dataset.seen = fresh.dataset.seen;
  showNews(fresh);
  take(page);
}

function stop() {
  clearTimeout(timer);
  timer = null;
}

async function ask() {
  const address = new URL(place.dataset.watch, location.href);
  address.search = location.search;
  address.searchParams.set("seen", place.dataset.seen);
  address.searchParams.set("since", since);
  const answer = await fetch(address, { headers: { "HX-Request": "true" }, signal: AbortSignal.timeout(EVERY) });
  if (answer.status === 401) {
    stop();
    return sayOut();
  }
  if (!answer.ok) throw new Error(answer.statusText);
  if (answer.status === 200) read(await answer.text());
}

function idle() {
  return performance.now() - lastTouch;
}

function later() {
  clearTimeout(timer);
  timer = setTimeout(check, Math.max(wait, idle() > CALM_AFTER ? CALM : 0));
}

async function check() {
  if (document.hidden || asking) return;
  if (idle() > REST_AFTER) {
    stop();
    place.querySelector("[data-live-rest]").hidden = false;
    return;
  }
  asking = true;
  timer = true;
  if (waiting) take(waiting);
  try {
    await ask();
    wait = EVERY;
  } catch {
    wait = Math.min(wait * 2, LONGEST);
  }
  asking = false;
  if (timer) later();
}

function touch() {
  lastTouch = performance.now();
  const rest = place.querySelector("[data-live-rest]");
  if (rest.hidden) return;
  rest.hidden = true;
  check();
}

export function keepLive() {
  place = document.getElementById("live");
  if (!place) return;
  since = place.dataset.seen;
  for (const part of parts(document)) served.set(part.id, said(part));
  for (const kind of ["pointerdown", "keydown", "scroll"]) document.addEventListener(kind, touch, { passive: true });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden || isOut()) return;
    wait = EVERY;
    check();
  });
  // Earlier entries that somebody asked for are not taken away again.
  document.addEventListener("htmx:afterSwap", (event) => {
    const timeline = event.target.closest?.("#live-timeline");
    if (timeline && timeline !== event.target) timeline.dataset.grown = "";
  });
  later();
}
