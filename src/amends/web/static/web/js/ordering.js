// A list whose lines can be put into another order: drawn by their handles, or moved with the keyboard.
//   data-order="id"  on the list: the form with that id is sent with the whole new order, in its field `order`
//   data-line="7"    on a line: its number there
//   data-handle      on the button in a line that moves it. Space lifts the line, arrows move it, Enter puts it
//                    down, Esc puts it back; Alt and an arrow does it at once. What happens is said aloud.
// Lines that the page leaves out stay behind the others. Without a script there is a page with numbers.
const EDGE = 72;
let held = null; // the line that is up: { list, line, before, at, grabbed, pointer, alt }
let voice = null;

const linesOf = (list) => [...list.querySelectorAll("[data-line]")];
const nameOf = (line) => `“${line.querySelector("q")?.textContent ?? line.dataset.line}”`;
const placeOf = (line) => linesOf(line.parentElement).indexOf(line);
const placeSays = (line) => `${placeOf(line) + 1} of ${linesOf(line.parentElement).length}`;

function say(words) {
  voice.textContent = words;
}

function lift(line, pointer) {
  held = { line, list: line.parentElement, before: linesOf(line.parentElement), at: 0, grabbed: 0, pointer, alt: false };
  line.classList.add("problem--lifted");
  say(`${nameOf(line)} is lifted, ${placeSays(line)}. Arrows move it, Enter puts it down, Escape puts it back.`);
}

function letGo() {
  const { line } = held;
  line.classList.remove("problem--lifted");
  line.style.translate = "";
  held = null;
  return line;
}

// What was lifted may be gone: the plan was drawn anew meanwhile.
function isHeld() {
  if (held && !held.line.isConnected) held = null;
  return held !== null;
}

// The others step aside: a line that is moved itself would lose the finger, and the focus.
function step(line, by) {
  const lines = linesOf(line.parentElement);
  const other = lines[lines.indexOf(line) + by];
  if (!other) return false;
  if (by < 0) line.after(other);
  else line.before(other);
  return true;
}

function putBack() {
  const { before, line } = held;
  const after = before.slice(before.indexOf(line) + 1);
  for (const each of before.slice(0, before.indexOf(line))) line.before(each);
  for (const each of after.reverse()) line.after(each);
  letGo();
  say(`${nameOf(line)} is back where it was, ${placeSays(line)}.`);
}

function putDown() {
  const { list, before } = held;
  const line = letGo();
  const lines = linesOf(list);
  if (lines.every((each, place) => each === before[place])) {
    say(`${nameOf(line)} stays where it was, ${placeSays(line)}.`);
    return;
  }
  const form = document.getElementById(list.dataset.order);
  const shown = lines.map((each) => each.dataset.line);
  const rest = form.elements.seen.value.split(",").filter((number) => !shown.includes(number));
  form.elements.order.value = [...shown, ...rest].join(",");
  say(`${nameOf(line)} is put down, ${placeSays(line)}.`);
  form.requestSubmit();
}

function move(by) {
  const { line } = held;
  if (!step(line, by)) return;
  line.scrollIntoView({ block: "nearest" });
  say(`${placeSays(line)}.`);
}

// By pointer: the line follows the finger, and a neighbour steps aside once the line is half over it.
function follow() {
  if (!isHeld() || !held.pointer) return;
  const { line, at, grabbed } = held;
  let offset = at - grabbed - base(line);
  for (const by of [-1, 1]) {
    const lines = linesOf(held.list);
    const other = lines[lines.indexOf(line) + by];
    if (other && offset * by > other.offsetHeight / 2) {
      step(line, by);
      offset = at - grabbed - base(line);
    }
  }
  line.style.translate = `0 ${offset}px`;
}

const base = (line) => {
  const drawn = line.style.translate;
  line.style.translate = "";
  const top = line.getBoundingClientRect().top;
  line.style.translate = drawn;
  return top;
};

function scrollAtTheEdge() {
  if (!held?.pointer) return;
  const by = held.at < EDGE ? -8 : held.at > innerHeight - EDGE ? 8 : 0;
  if (by) {
    scrollBy(0, by);
    follow();
  }
  requestAnimationFrame(scrollAtTheEdge);
}

function onPointerDown(event) {
  const handle = event.target.closest("[data-handle]");
  if (!handle || event.button || held) return;
  // Safari gives a pressed button no focus; the keys below need it.
  handle.focus({ preventScroll: true });
  const line = handle.closest("[data-line]");
  lift(line, event.pointerId);
  held.at = event.clientY;
  held.grabbed = event.clientY - line.getBoundingClientRect().top;
  handle.setPointerCapture(event.pointerId);
  requestAnimationFrame(scrollAtTheEdge);
}

function onPointerMove(event) {
  if (held?.pointer !== event.pointerId) return;
  held.at = event.clientY;
  follow();
}

function onKey(event) {
  if (isHeld() && event.key === "Escape") {
    event.preventDefault();
    putBack();
    return;
  }
  const handle = event.target.closest?.("[data-handle]");
  if (!handle || event.ctrlKey || event.metaKey || held?.pointer) return;
  const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  if (by && (held || event.altKey)) {
    event.preventDefault();
    if (!held) {
      lift(handle.closest("[data-line]"), null);
      held.alt = true;
    }
    move(by);
  } else if (event.key === " " || event.key === "Enter") {
    event.preventDefault();
    if (!held) lift(handle.closest("[data-line]"), null);
    else if (!event.repeat) putDown();
  }
}

export function orderThings() {
  voice = document.createElement("p");
  voice.className = "only-spoken";
  voice.setAttribute("aria-live", "assertive");
  document.body.append(voice);

  document.addEventListener("pointerdown", onPointerDown);
  document.addEventListener("pointermove", onPointerMove);
  document.addEventListener("pointerup", (event) => {
    if (isHeld() && held.pointer === event.pointerId) putDown();
  });
  document.addEventListener("pointercancel", (event) => {
    if (isHeld() && held.pointer === event.pointerId) putBack();
  });
  document.addEventListener("keydown", onKey);
  document.addEventListener("keyup", (event) => {
    if (isHeld() && held.alt && event.key === "Alt") putDown();
  });
  // A screen reader presses a button without a key.
  document.addEventListener("click", (event) => {
    const handle = event.target.closest("[data-handle]");
    if (!handle || event.detail || held?.pointer) return;
    if (held) putDown();
    else lift(handle.closest("[data-line]"), null);
  });
  document.addEventListener("focusout", (event) => {
    if (isHeld() && !held.pointer && event.target.closest("[data-handle]")) putBack();
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    const list = event.target.querySelector?.("[data-order]");
    if (list) say(event.target.querySelector(".notice p")?.textContent ?? "The new order is saved.");
  });
}
