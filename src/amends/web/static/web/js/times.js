// Renews "in 40 min", "50 min overdue" and "12 min ago" where they stand.
// The words are those of lib/when.py: whoever changes one changes the other.
const MINUTE = 60_000;
const HOUR = 60;
const DAY = 24 * HOUR;

// The server's clock counts, not this machine's.
const drift = Date.parse(document.documentElement.dataset.now ?? "") - Date.now() || 0;

export const now = () => Date.now() + drift;

function span(minutes) {
  if (minutes >= 2 * DAY) return `${Math.floor((minutes + DAY / 2) / DAY)} days`;
  const hours = Math.floor(minutes / HOUR);
  if (minutes >= DAY) return hours > 24 ? `1 day ${hours - 24} h` : "1 day";
  const rest = minutes % HOUR;
  if (!hours) return `${rest} min`;
  return rest ? `${hours} h ${rest} min` : `${hours} h`;
}

export function inWords(moment, at) {
  if (moment > at) return `in ${span(Math.ceil((moment - at) / MINUTE))}`;
  const minutes = Math.floor((at - moment) / MINUTE);
  return minutes ? `${span(minutes)} overdue` : "now";
}

export function ago(moment, at) {
  const minutes = Math.floor(Math.max(at - moment, 0) / MINUTE);
  return minutes ? `${span(minutes)} ago` : "just now";
}

// What lasts, as a meeting does, is overdue only once its planned end has passed.
function due(time, moment, at) {
  const until = Date.parse(time.dataset.until ?? "");
  if (Number.isNaN(until) || at < moment) return inWords(moment, at);
  return at < until ? time.dataset.lasts : inWords(until, at);
}

function renew() {
  const at = now();
  for (const time of document.querySelectorAll("time[data-relative]")) {
    const moment = Date.parse(time.dateTime);
    if (Number.isNaN(moment)) continue;
    const says = time.dataset.relative === "ago" ? ago(moment, at) : due(time, moment, at);
    // Writing the same words again would disturb a selection for nothing.
    if (time.textContent !== says) time.textContent = says;
    time.closest(".left")?.classList.toggle("left--overdue", Date.parse(time.dataset.until ?? time.dateTime) <= at);
  }
}

export function renewTimes() {
  renew();
  setInterval(renew, MINUTE / 4);
  addEventListener("pageshow", renew);
  document.addEventListener("visibilitychange", renew);
}
