// A list that always has one empty line more: ul or ol with data-grows, one field a line, all of one name.
// Enter goes on to the next line. A button with data-drop in a line removes that line. Without a script the server renders a few empty ones.
const fieldOf = (line) => line.querySelector("textarea, input");

function addLine(list) {
  const line = list.lastElementChild.cloneNode(true);
  const field = fieldOf(line);
  field.value = "";
  field.removeAttribute("id");
  list.append(line);
  return field;
}

export function growLists() {
  document.addEventListener("input", (event) => {
    const list = event.target.closest("[data-grows]");
    if (list && list.lastElementChild.contains(event.target) && event.target.value) addLine(list);
  });
  document.addEventListener("amends:add-line", (event) => {
    const list = event.target.closest("[data-grows]");
    if (!list) return;
    const last = fieldOf(list.lastElementChild);
    (last.value ? addLine(list) : last).value = event.detail;
    addLine(list);
  });
  // Enter begins the next line, as one would on paper; the keys that send are not meant.
  document.addEventListener("keydown", (event) => {
    const line = event.target.closest("[data-grows] > *");
    if (event.key !== "Enter" || !line || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    if (line.nextElementSibling) fieldOf(line.nextElementSibling).focus();
  });
  document.addEventListener("click", (event) => {
    const line = event.target.closest("[data-drop]")?.closest("[data-grows] > *");
    if (!line) return;
    const list = line.parentElement;
    if (line === list.lastElementChild) fieldOf(line).value = "";
    else line.remove();
    fieldOf(list.lastElementChild).focus();
    list.dispatchEvent(new Event("input", { bubbles: true }));
  });
}
