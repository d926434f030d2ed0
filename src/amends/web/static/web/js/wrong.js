// What came back because a field is wrong shows that field: it has the focus, so it is in sight and is read out.
// As soon as it is changed, what was said of it is said no longer: whether it is right now, the server says.
// With it goes what stands [data-beside] the complaint, by the id of its field.
export const WRONG = ":is(input, textarea, select)[aria-invalid=true], [aria-invalid=true] :is(input, textarea, select)";

const isComplaint = (id) => id.endsWith("-error");

export function takeBack(field) {
  const around = field.closest(".field");
  const complaints = around?.querySelectorAll(".field__error:not([data-files-say])") ?? [];
  if (!complaints.length) return;
  for (const complaint of complaints) complaint.remove();
  for (const each of [around, ...around.querySelectorAll("[aria-invalid], [aria-describedby]")]) {
    each.removeAttribute("aria-invalid");
    const ids = (each.getAttribute("aria-describedby") ?? "").split(" ").filter((id) => id && !isComplaint(id));
    if (ids.length) each.setAttribute("aria-describedby", ids.join(" "));
    else each.removeAttribute("aria-describedby");
  }
  for (const beside of document.querySelectorAll(`[data-beside="${CSS.escape(field.id)}"]`)) beside.remove();
  // What was typed is still nowhere but here (live.js).
  if (field.form) field.form.dataset.cameBack = "";
}

export function showWhatIsWrong() {
  document.querySelector(`#main :is(${WRONG})`)?.focus();
  for (const kind of ["input", "change"]) document.addEventListener(kind, (event) => takeBack(event.target));
}
