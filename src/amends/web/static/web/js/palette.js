// Search or do anything: Ctrl-K or ⌘-K on every page. What can be done here is read from the page's own keys
// (data-key, outside of rows); what there is comes from the server while one types; places stand in the markup.
// The cursor stays in the field, and the arrows move what is chosen (the combobox pattern).
const OPENED = "amends:opened";
let dialog;
let field;

const options = () => [...dialog.querySelectorAll("[role=option]")].filter((option) => option.checkVisibility());
const chosen = () => dialog.querySelector("[role=option][aria-selected=true]");

function choose(option) {
  chosen()?.setAttribute("aria-selected", "false");
  option?.setAttribute("aria-selected", "true");
  option?.scrollIntoView({ block: "nearest" });
  if (option) field.setAttribute("aria-activedescendant", option.id);
  else field.removeAttribute("aria-activedescendant");
}

function go(step) {
  const all = options();
  const here = all.indexOf(chosen());
  choose(all[(here + step + all.length) % all.length]);
}

const words = (text) => text.toLowerCase().split(/\s+/).filter(Boolean);

// Each word that was typed begins one of what it says.
function fits(option) {
  const said = words(option.querySelector("span").textContent);
  return words(field.value).every((typed) => said.some((word) => word.startsWith(typed)));
}

function narrow() {
  for (const group of dialog.querySelectorAll("#palette-here, #palette-places")) {
    const all = [...group.querySelectorAll("[role=option]")];
    for (const option of all) option.hidden = !fits(option);
    group.hidden = all.every((option) => option.hidden);
  }
  // What was found for other words is not what Enter means now; the answer to these chooses anew.
  if (!chosen()?.checkVisibility() || chosen().closest("#palette-found")) choose(options().find((option) => !option.closest("#palette-found")));
}

const saysOf = (element) => (element.getAttribute("aria-label") || element.textContent).replace(element.dataset.key, "").trim();

function offer(element, number) {
  const option = document.createElement("button");
  option.type = "button";
  option.id = `here-${number}`;
  option.tabIndex = -1;
  option.setAttribute("role", "option");
  option.setAttribute("aria-selected", "false");
  const says = document.createElement("span");
  says.textContent = saysOf(element);
  const key = document.createElement("kbd");
  key.textContent = element.dataset.key;
  option.append(element.querySelector("svg")?.cloneNode(true) ?? "", says, key);
  option.addEventListener("click", () => {
    dialog.close();
    element.click();
  });
  return option;
}

// What this page can do by a single key; in a list, for the row that is chosen.
function readPage() {
  const main = document.getElementById("main");
  const row = main?.querySelector("[data-row][aria-current]");
  const found = [...(main?.querySelectorAll("a[data-key], button[data-key]") ?? [])];
  const here = found.filter((element) => element.checkVisibility() && [null, row].includes(element.closest("[data-row]")));
  const group = dialog.querySelector("#palette-here");
  group.querySelectorAll("[role=option]").forEach((option) => option.remove());
  const once = new Map(here.map((element) => [element.dataset.key, element]));
  group.append(...[...once.values()].map(offer));
  const subject = main?.dataset.subject;
  group.querySelector("h3").textContent = subject ? `On ${subject}` : "On this page";
}

function open() {
  if (dialog.open) return;
  readPage();
  field.value = "";
  dialog.showModal();
  narrow();
  choose(options()[0]);
  field.dispatchEvent(new Event(OPENED));
}

function listen(event) {
  if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k") {
    event.preventDefault();
    if (dialog.open) dialog.close();
    else open();
  }
}

function type(event) {
  if (event.isComposing) return;
  const steps = { ArrowDown: 1, ArrowUp: -1 };
  if (event.key in steps) {
    event.preventDefault();
    go(steps[event.key]);
  } else if (event.key === "Enter" && chosen()) {
    event.preventDefault();
    chosen().click();
  }
}

function showFound(event) {
  if (event.target.id !== "palette-found") return;
  // What comes first when nothing is typed is where one was; else what one can do and where one can go, by its name.
  const [here, found, places] = ["#palette-here", "#palette-found", "#palette-places"].map((id) => dialog.querySelector(id));
  if (field.value) places.after(found);
  else here.before(found);
  if (!chosen()?.checkVisibility() || !field.value) choose(options()[0]);
  const count = found.querySelectorAll("[role=option]").length;
  dialog.querySelector("[data-palette-says]").textContent = field.value ? `${count} found` : "";
}

export function openPalette() {
  dialog = document.getElementById("palette");
  if (!dialog) return;
  field = dialog.querySelector("input");
  document.addEventListener("keydown", listen);
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-palette]");
    if (link && !(event.ctrlKey || event.metaKey || event.shiftKey)) {
      event.preventDefault();
      open();
    }
    // Beside it: on the shade.
    if (event.target === dialog) dialog.close();
  });
  field.addEventListener("keydown", type);
  field.addEventListener("input", narrow);
  dialog.addEventListener("pointermove", (event) => {
    const option = event.target.closest("[role=option]");
    if (option && option !== chosen()) choose(option);
  });
  document.addEventListener("htmx:afterSwap", showFound);
}
