// Says beside a time of theirs what it is for you:
//   <div data-local-time data-zone="Europe/Lisbon" data-here="Europe/Berlin">
//     an input of type datetime-local, or one of type date and one of type time
//     <p data-local-time-says></p>
//   </div>
import { inWords, now } from "./times.js";

// What the zone's clock shows at an instant, as if that were UTC.
function shown(instant, zone) {
  const parts = new Intl.DateTimeFormat("en-GB", {
    timeZone: zone, hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit",
  }).formatToParts(instant);
  const part = (type) => parts.find((each) => each.type === type).value;
  return Date.parse(`${part("year")}-${part("month")}-${part("day")}T${part("hour")}:${part("minute")}Z`);
}

// The instant at which the zone's clock shows a wall time ("2026-11-19T16:00"); twice, for the days of change.
export function instantOf(wall, zone) {
  const wanted = Date.parse(`${wall}Z`);
  let instant = wanted;
  for (let turn = 0; turn < 2; turn += 1) instant += wanted - shown(instant, zone);
  return instant;
}

function wallTime(group) {
  const value = (type) => group.querySelector(`input[type=${type}]`)?.value;
  const whole = value("datetime-local");
  if (whole) return whole.slice(0, 16);
  return value("date") && value("time") ? `${value("date")}T${value("time").slice(0, 5)}` : "";
}

function preview(group) {
  const place = group.querySelector("[data-local-time-says]");
  const wall = wallTime(group);
  if (!place) return;
  if (!wall) {
    place.textContent = "";
    return;
  }
  const instant = instantOf(wall, group.dataset.zone);
  const left = instant > now() ? inWords(instant, now()) : "that has passed";
  const here = new Intl.DateTimeFormat("en-GB", {
    timeZone: group.dataset.here, weekday: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23",
  }).format(instant).replace(",", "");
  const sameClock = shown(instant, group.dataset.zone) === shown(instant, group.dataset.here);
  place.textContent = sameClock ? left : `${here} for you, ${left}`;
}

export function previewTimes() {
  for (const group of document.querySelectorAll("[data-local-time]")) preview(group);
  document.addEventListener("input", (event) => {
    const group = event.target.closest("[data-local-time]");
    if (group) preview(group);
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    for (const group of event.target.querySelectorAll("[data-local-time]")) preview(group);
  });
}
