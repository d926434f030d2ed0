// A long text with numbers beside its lines: [data-lines] holds the textarea.
// A link with data-line="27" puts the cursor into that line of it.
function number(editor) {
  const text = editor.querySelector("textarea");
  const numbers = document.createElement("pre");
  numbers.className = "source-editor__lines";
  numbers.ariaHidden = "true";
  editor.append(numbers);

  let shown = 0;
  const count = () => {
    const lines = text.value.split("\n").length;
    if (lines !== shown) numbers.textContent = Array.from({ length: lines }, (_, place) => place + 1).join("\n");
    shown = lines;
    place();
  };
  const place = () => {
    numbers.style.insetBlockStart = `${text.offsetTop + text.clientTop}px`;
    numbers.style.blockSize = `${text.clientHeight}px`;
    numbers.scrollTop = text.scrollTop;
  };
  text.addEventListener("input", count);
  text.form?.addEventListener("change", count); // a draft that is brought back
  text.addEventListener("scroll", place, { passive: true });
  new ResizeObserver(place).observe(text);
  count();
}

function go(event) {
  const link = event.target.closest("a[data-line]");
  const text = link && document.querySelector("[data-lines] textarea");
  if (!text) return;
  event.preventDefault();
  const before = text.value.split("\n").slice(0, Number(link.dataset.line) - 1);
  const start = before.reduce((length, line) => length + line.length + 1, 0);
  const end = text.value.indexOf("\n", start);
  text.focus({ preventScroll: true });
  text.setSelectionRange(start, end < 0 ? text.value.length : end);
  const height = parseFloat(getComputedStyle(text).lineHeight);
  text.scrollTo({ top: Math.max(before.length * height - text.clientHeight / 3, 0), left: 0 });
  text.scrollIntoView({ block: "nearest" });
}

export function numberLines() {
  for (const editor of document.querySelectorAll("[data-lines]")) number(editor);
  document.addEventListener("click", go);
}
