// A mail that can still be taken back: [data-leaves-at] holds the button, [data-leaves-in] counts down to it.
// It is said aloud once, in [data-leaves-says], and goes away when the mail has left.
import { now } from "./times.js";

function count(bar) {
  const left = Math.ceil((Date.parse(bar.dataset.leavesAt) - now()) / 1000);
  if (left > 0) {
    bar.querySelector("[data-leaves-in]").textContent = `${left} s`;
    setTimeout(count, 250, bar);
    return;
  }
  const held = bar.contains(document.activeElement);
  bar.remove();
  if (!held) return;
  const main = document.getElementById("main");
  main.tabIndex = -1;
  main.focus({ preventScroll: true });
}

export function countDown() {
  for (const bar of document.querySelectorAll("[data-leaves-at]")) {
    // Words that come after the page are read out; those that stand there already are not.
    const says = `${bar.querySelector("p").textContent}. Press z to take it back.`;
    setTimeout(() => (bar.querySelector("[data-leaves-says]").textContent = says), 500);
    count(bar);
  }
}
