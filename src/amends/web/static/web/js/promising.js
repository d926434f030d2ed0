// A button with data-promise-at="2026-11-19T16:00" puts a moment that the text names into the fields of the promise.
// In a text, Alt and Enter press it.
function promise(event) {
  const button = event.target.closest("[data-promise-at]");
  if (!button) return;
  const { next_at: at, next_what: what } = button.form.elements;
  event.preventDefault();
  at.value = button.dataset.promiseAt;
  if (!what.value) what.value = button.dataset.promiseWhat;
  if (document.activeElement === button) at.focus();
  // The time for oneself, the draft and the reading follow.
  at.dispatchEvent(new Event("input", { bubbles: true }));
}

function press(event) {
  if (event.key !== "Enter" || !event.altKey || event.isComposing) return;
  const button = event.target.form?.querySelector("[data-promise-at]");
  if (!button) return;
  event.preventDefault();
  button.click();
}

export function promiseWhatIsSaid() {
  document.addEventListener("click", promise);
  document.addEventListener("keydown", press);
}
