// What follows from the boxes of *To*: whose first name stands on [data-reader], and which promises the mail keeps. A box
// with data-promised-to="12" that the page has ticked is ticked as long as 12 gets the mail, until somebody touches it.
const touched = new WeakSet();

function name(form) {
  const label = form.querySelector("input[name=to]:checked")?.closest("label");
  for (const place of form.querySelectorAll("[data-reader]")) place.textContent = label?.textContent.trim().split(/\s/)[0] ?? place.dataset.reader;
}

function follow(form, receiver) {
  for (const box of form.querySelectorAll(`input[data-promised-to="${CSS.escape(receiver.value)}"]`)) {
    if (box.defaultChecked && !touched.has(box)) box.checked = receiver.checked;
  }
}

export function followWhoGetsIt() {
  document.addEventListener("change", ({ target }) => {
    if (target.matches("[data-promised-to]")) touched.add(target);
    if (target.matches("form input[name=to]")) follow(target.form, target);
    // A draft that is brought back says so of the whole form.
    if (target.matches("form, form input[name=to]")) name(target.form ?? target);
  });
}
