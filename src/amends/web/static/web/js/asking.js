// A link with data-ask opens what it asks for in the drawer #ask, one click away and not one page away.
// Without a script, or where something goes wrong, it is a page of its own.
import { WRONG } from "./wrong.js";

const FIELD = "form :is(textarea, select, input:not([type=hidden]))";
const drawer = () => document.getElementById("ask");

function open(event) {
  const link = event.target.closest("a[data-ask]");
  if (!link || !drawer() || !window.htmx) return;
  if (event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  window.htmx.ajax("GET", link.href, { target: drawer(), swap: "innerHTML" });
}

function show(event) {
  const place = drawer();
  if (event.target !== place) return;
  // htmx makes what it swapped in live a moment later: whoever types at once, or pastes, would not be heard.
  window.htmx.process(place);
  const other = document.querySelector("[popover]:popover-open");
  if (other && other !== place) other.hidePopover();
  if (!place.matches(":popover-open")) place.showPopover();
  (place.querySelector(WRONG) ?? place.querySelector("form [autofocus]") ?? place.querySelector(FIELD) ?? place.querySelector("[autofocus]"))?.focus();
}

export function askInPlace() {
  document.addEventListener("click", open);
  document.addEventListener("htmx:afterSwap", show);
  for (const trouble of ["htmx:responseError", "htmx:sendError"]) {
    document.addEventListener(trouble, (event) => {
      const { target, requestConfig } = event.detail;
      if (target === drawer() && requestConfig.verb === "get") location.href = requestConfig.path;
    });
  }
}
