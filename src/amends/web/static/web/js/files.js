// Files can be dropped on a form with data-takes-files, and pasted into it; what is too large is said before it is sent.
const inputOf = (form) => form?.querySelector("input[type=file]");
const hasFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");

function says(input, words) {
  let place = input.parentElement.querySelector("[data-files-say]");
  if (!place) {
    place = document.createElement("p");
    place.className = "field__error";
    place.dataset.filesSay = "";
    place.setAttribute("role", "alert");
    input.after(place);
  }
  place.textContent = words;
  place.hidden = !words;
}

function check(input) {
  const most = Number(input.dataset.mostBytes);
  const large = [...input.files].find((file) => file.size > most);
  const isMany = input.files.length > Number(input.dataset.most);
  let words = "";
  if (large) words = `“${large.name}” is larger than ${Math.round(most / 1048576)} MB. Take it off, or put it where large files are kept.`;
  else if (isMany) words = `${input.dataset.most} files at once are the most. Put them into a zip file.`;
  says(input, words);
  input.toggleAttribute("data-wrong", Boolean(words));
  return !words;
}

function add(input, files) {
  const all = new DataTransfer();
  for (const file of [...input.files, ...files]) all.items.add(file);
  input.files = all.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

export function takeFiles() {
  document.addEventListener("change", (event) => {
    if (event.target.matches("input[type=file][data-most-bytes]")) check(event.target);
  });
  document.addEventListener("submit", (event) => {
    const input = event.target.querySelector("input[type=file][data-wrong]");
    if (!input) return;
    event.preventDefault();
    event.stopPropagation();
    input.focus();
  }, true);
  for (const name of ["dragenter", "dragover"]) {
    document.addEventListener(name, (event) => {
      const form = event.target.closest?.("form[data-takes-files]");
      if (!form || !hasFiles(event)) return;
      event.preventDefault();
      form.classList.add("is-over");
    });
  }
  document.addEventListener("dragleave", (event) => {
    const form = event.target.closest?.("form[data-takes-files]");
    if (form && !form.contains(event.relatedTarget)) form.classList.remove("is-over");
  });
  document.addEventListener("drop", (event) => {
    const form = event.target.closest?.("form[data-takes-files]");
    if (!form || !hasFiles(event)) return;
    event.preventDefault();
    form.classList.remove("is-over");
    add(inputOf(form), event.dataTransfer.files);
  });
  document.addEventListener("paste", (event) => {
    const input = inputOf(event.target.closest?.("form[data-takes-files]"));
    if (input && event.clipboardData?.files.length) add(input, event.clipboardData.files);
  });
}
