// A form is sent once: a second press while the first is on its way does nothing.
const waiting = new Set();

function release(form) {
  waiting.delete(form);
  for (const button of form.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
}

export function sendOnce() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method === "get") return;
    if (waiting.has(form)) {
      event.preventDefault();
      return;
    }
    waiting.add(form);
    event.submitter?.setAttribute("aria-busy", "true");
  });
  // Coming back to the page, or an answer in place: the form may be sent again.
  addEventListener("pageshow", () => [...waiting].forEach(release));
  document.addEventListener("htmx:afterRequest", (event) => {
    // Of the form itself, not of something in it that asks meanwhile.
    if (event.target.matches("form")) release(event.target);
  });
}
