// The session has ended: whatever a page asks while somebody types is answered with a 401. The page says so, and stays.
const says = () => document.querySelector("[data-out]");

export const isOut = () => says()?.hidden === false;

export function sayOut() {
  if (!says()) return;
  document.querySelector("[data-live-news]")?.replaceChildren();
  document.querySelector("dialog[open]")?.close();
  says().hidden = false;
}

export function noticeOut() {
  document.addEventListener("htmx:responseError", (event) => {
    if (event.detail.xhr.status === 401) sayOut();
  });
}
