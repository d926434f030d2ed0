// What came back because a field is wrong shows that field: it has the focus, so it is in sight and is read out.
export const WRONG = ":is(input, textarea, select)[aria-invalid=true], [aria-invalid=true] :is(input, textarea, select)";

export function showWhatIsWrong() {
  document.querySelector(`#main :is(${WRONG})`)?.focus();
}
