// Who takes somebody off that should be told is asked at once why and until when: [data-leaves-out="12"] stands for the
// box of that value. Ticked again, or answered, nothing of it is complained of any longer.
import { takeBack } from "./wrong.js";

const FIELDS = "input, textarea";
const boxes = (form) => [...form.querySelectorAll("input[name=to]")];

function toggle(box) {
  const about = box.form.querySelector(`[data-leaves-out="${CSS.escape(box.value)}"]`);
  if (!about) return;
  const fold = about.closest("details");
  const fields = [...about.querySelectorAll(FIELDS)];
  if (!box.checked) {
    fold.open = true;
    return;
  }
  for (const field of fields) takeBack(field);
  const isEmpty = [...fold.querySelectorAll(FIELDS)].every((field) => !field.value);
  const isAsked = [...fold.querySelectorAll("[data-leaves-out]")].some((each) => boxes(box.form).some((other) => other.value === each.dataset.leavesOut && !other.checked));
  if (isEmpty && !isAsked) fold.open = false;
}

export function askWhoIsLeftOut() {
  document.addEventListener("change", ({ target }) => {
    if (target.matches("form input[name=to]")) toggle(target);
  });
  document.addEventListener("input", ({ target }) => {
    if (target.closest("[data-leaves-out]") && target.form) boxes(target.form).slice(0, 1).forEach(takeBack);
  });
}
