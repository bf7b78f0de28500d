// The observation room on a television: asks every few seconds, and says so when it is not up to date.

import { Words, element, mark } from "/static/js/staff-words.js";
import { leftBar } from "./observation-tiles.js";
import { pageData } from "./shared.js";

const data = pageData();
const by = (id) => document.getElementById(id);
const words = new Words(data.words, data.language);
const SIZES = [[12, 4], [20, 5], [30, 6], [56, 8]]; // [people, columns]
let failures = 0;
let lastGood = 0;

function tile(one) {
  const state = one.done ? "done" : one.unsure ? "unsure" : "watched";
  const made = element("li", "", { class: "watch-tile", "data-state": state });
  made.append(element("span", one.ticket || "–", { class: "watch-ticket" }));
  const left = element("span", "", { class: "watch-left" });
  if (one.done) left.append(mark("admit"), element("b", words.get("done_tile")));
  else if (one.unsure) left.append(mark("refer"), element("span", words.get("unsure")));
  else left.append(element("b", String(one.minutes_left), { class: "number" }), element("span", words.get("minutes")));
  made.append(left);
  if (state === "watched") made.append(leftBar(one, "watch-bar"));
  return made;
}

function draw(state) {
  const [most, columns] = SIZES.find(([people]) => state.people.length <= people) ?? SIZES.at(-1);
  by("people").dataset.size = String(columns);
  by("people").replaceChildren(...state.people.slice(0, most).map(tile));
  by("nobody").hidden = state.people.length > 0;
  by("people").hidden = state.people.length === 0;
  const more = state.people.length - most;
  by("more").hidden = more <= 0;
  by("more").textContent = words.get("more", { n: more });
  by("clock-bad").hidden = state.clock_trusted;
}

async function ask() {
  try {
    const response = await fetch(data.urls.state, { cache: "no-store", headers: { "X-Kiosk-Poll": "1" }, signal: AbortSignal.timeout(4000) });
    if (!response.ok) throw new Error(String(response.status));
    draw(await response.json());
    failures = 0;
    lastGood = Date.now();
  } catch {
    failures += 1;
  }
  by("lost").hidden = failures < 2;
  if (failures >= 2) by("lost").textContent = words.get("lost", { t: time(lastGood || Date.now()) });
  setTimeout(ask, data.seconds * 1000);
}

const time = (at) => new Intl.DateTimeFormat("vi-VN", { hour: "2-digit", minute: "2-digit", timeZone: data.time_zone }).format(at);
const tick = () => { by("clock").textContent = time(Date.now()); };

setInterval(tick, 5000);
tick();
ask();
