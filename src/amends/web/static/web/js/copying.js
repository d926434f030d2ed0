// An address that is to be handed on: [data-copies] names its field, and stands there only where scripts run.
// That it is copied is said aloud, in the [data-copied] of its field; what cannot be copied is marked, for the keys.
async function copy(field) {
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
    return true;
  } catch {
    // Without https there is no clipboard, and some browsers do not let one at it.
    return document.execCommand("copy");
  }
}

function show(part) {
  for (const button of part.querySelectorAll("[data-copies][hidden]")) button.hidden = false;
}

export function copyAddresses() {
  show(document);
  document.addEventListener("htmx:load", (event) => show(event.target));
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copies]");
    if (!button) return;
    const done = await copy(document.getElementById(button.dataset.copies));
    const says = button.closest(".field").querySelector("[data-copied]");
    // Said anew each time, also where it says the same.
    says.textContent = "";
    setTimeout(() => { says.textContent = done ? "Copied." : "It is marked: copy it with your keyboard."; }, 50);
  });
}
