// The call board: asks every two seconds, shows and announces new calls, and says so when it is not up to date.

import { Sound } from "/static/js/kiosk/sound.js";
import { Words, element } from "/static/js/staff-words.js";
import { pageData } from "./shared.js";
import { Voice } from "./voice.js";

const data = pageData();
const by = (id) => document.getElementById(id);
const words = new Words(data.words, data.language);
const sound = new Sound();
const voice = new Voice(data.language);
const NEW_MS = 20_000; // a call stands out for so long
const FEW = 4;
const heard = new Set(); // calls that were announced, by the ids of their records
const waiting = []; // calls to be announced, one after another
let first = true;
let failures = 0;
let lastGood = 0;
let speaking = false;
let muted = localStorage.getItem("board-muted") === "true";

// --- what is shown

function draw(state) {
  const recentIds = new Map(state.recent.map((one) => [one.ticket + one.step, one.id]));
  by("called").replaceChildren(...state.called.map((one) => {
    const line = element("li", "", state.now_ms - one.at_ms < NEW_MS ? { "data-new": "" } : {});
    line.append(
      element("span", one.ticket, { class: "board-ticket" }),
      element("span", words.get(one.step), { class: "board-where" }),
      element("span", one.table, { class: "board-table" }),
    );
    return line;
  }));
  by("called").toggleAttribute("data-many", state.called.length > FEW);
  by("called").toggleAttribute("data-few", state.called.length <= FEW);
  by("nobody").hidden = state.called.length > 0;
  by("called").hidden = state.called.length === 0;
  const now = new Set(state.called.map((one) => one.ticket + one.step));
  const before = [...new Map(state.recent.filter((one) => !now.has(one.ticket + one.step)).map((one) => [one.ticket + one.step, one])).values()];
  by("recent").replaceChildren(...before.slice(0, 6).map((one) => {
    const line = element("li", "");
    line.append(element("b", one.ticket), element("span", `${words.get(one.step)} · ${words.get("table")} ${one.table}`));
    return line;
  }));
  for (const [step, line] of Object.entries(state.steps)) {
    const box = by(`step-${step}`);
    box.querySelector("[data-waiting]").textContent = words.get("waiting_n", { n: line.waiting });
    box.querySelector("[data-minutes]").textContent = estimate(line);
  }
  by("clock-bad").hidden = state.clock_trusted;
  for (const one of [...state.recent].reverse()) {
    if (!heard.has(one.id) && recentIds.get(one.ticket + one.step) && !first) waiting.push(one);
    heard.add(one.id);
  }
  first = false; // what was called before the page was opened is shown and not called out again
  announce();
}

function estimate(line) {
  if (line.waiting === 0) return words.get("soon");
  return line.minutes === null ? words.get("unknown") : words.get("about", { n: Math.max(line.minutes, 5) });
}

// --- what is heard: a chime, then a voice

async function announce() {
  if (speaking) return;
  speaking = true;
  while (waiting.length) {
    const call = waiting.shift();
    const said = words.get("say", { ticket: [...call.ticket].join(" "), table: call.table });
    by("say").textContent = said;
    if (!muted) {
      sound.play("call");
      await new Promise((resolve) => setTimeout(resolve, 1300));
      await voice.call(call.ticket, call.table, said);
    }
  }
  speaking = false;
}

/** Which sound there is: said on the button, so that nobody waits for a voice that this device does not have. */
async function soundState() {
  const button = by("sound");
  const blocked = await isBlocked();
  button.toggleAttribute("data-off", blocked || muted);
  button.setAttribute("aria-pressed", String(!blocked && !muted));
  button.textContent = words.get(blocked ? "sound_off" : muted ? "muted" : voice.ready ? "voice" : "chime");
}

async function isBlocked() {
  const Context = window.AudioContext;
  if (!Context) return false;
  const probe = new Context();
  const blocked = probe.state === "suspended";
  await probe.close();
  return blocked && !navigator.userActivation?.hasBeenActive;
}

by("sound").addEventListener("click", () => {
  if (!by("sound").textContent.startsWith(words.get("sound_off"))) muted = !muted;
  localStorage.setItem("board-muted", String(muted));
  if (!muted) sound.play("call");
  soundState();
});
if ("speechSynthesis" in window) speechSynthesis.addEventListener?.("voiceschanged", soundState);

// --- the line

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
  const lost = failures >= 2;
  by("lost").hidden = !lost;
  if (lost) by("lost").textContent = words.get("lost", { t: time(lastGood || Date.now()) });
  setTimeout(ask, data.seconds * 1000);
}

const time = (at) => new Intl.DateTimeFormat("vi-VN", { hour: "2-digit", minute: "2-digit", timeZone: data.time_zone }).format(at);
const tick = () => { by("clock").textContent = time(Date.now()); };

setInterval(tick, 5000);
tick();
soundState();
voice.load(data.urls.voice).then(soundState);
ask();
