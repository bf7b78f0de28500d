// Puts the observation room together: the people, the exit, the person's sheet. Reactions are in observation-reactions.js.

import { Sound } from "/static/js/kiosk/sound.js";
import { Words, element, mark } from "/static/js/staff-words.js";
import { Reactions } from "./observation-reactions.js";
import { personTile } from "./observation-tiles.js";
import { Appliance, Messages, cameraButton, clockBanner, dialogs, listenToScanner, localDay, newKey, pageData, station } from "./shared.js";

const data = pageData();
const by = (id) => document.getElementById(id);
const words = new Words(data.words, data.language);
const appliance = new Appliance(data, (answers) => { by("line-lost").hidden = answers; });
const messages = new Messages(by("message"), words);
const sound = new Sound();
const ALARM_MS = 1400; // as long as nobody has answered it
const GO_MS = 9000;
const time = (at) => new Intl.DateTimeFormat("vi-VN", { hour: "2-digit", minute: "2-digit", timeZone: data.time_zone }).format(at);
let leaving = null; // { dose, key }: one intended action
let shown = null; // the person whose sheet is open
let alarm = 0;
let busy = false;

async function ask(action, said) {
  try {
    return await appliance.post(data.urls[action], said);
  } catch {
    messages.mute();
    return null;
  }
}

// --- who is here

function draw(state) {
  clockBanner(by("clock-bad"), words, state);
  const focused = document.activeElement?.closest?.(".obs-tile")?.dataset.dose;
  by("people").replaceChildren(...state.people.map((one) => personTile(words, one, time, open)));
  if (focused) by("people").querySelector(`[data-dose="${focused}"] button`)?.focus();
  by("nobody").hidden = state.people.length > 0;
  by("count-watching").textContent = state.watching;
  by("count-done").textContent = state.done;
  by("gone").hidden = state.gone === 0;
  by("gone").textContent = words.get("gone", { n: state.gone });
}

async function look() {
  if (document.hidden) return;
  const state = await appliance.get(data.urls.state).catch(() => null);
  if (state?.people) draw(state);
}

const reactions = new Reactions(data, words, ask, draw, time);

function open(one) {
  messages.clear();
  if (one.reaction) return reactions.open(one.reaction);
  shown = one;
  by("person-title").textContent = [one.ticket, one.name].filter(Boolean).join(" · ");
  by("person").querySelector("[data-line]").textContent = [one.product, one.lot, words.get("dose_n", { n: one.number }), words.get("until", { t: time(one.ends_ms) }), one.unsure ? words.get("unsure_hint") : ""].filter(Boolean).join(" · ");
  by("person").showModal();
}

by("person-report").addEventListener("click", () => { by("person").close(); reactions.report(shown); });
by("person-slip").addEventListener("click", async () => {
  by("person").close();
  const reply = await ask("reprint", { record: shown.record });
  if (reply) messages.show(reply.done ? "ok" : "warning", words.get(reply.done ? "slip_done" : "slip_not"));
});
by("person-leave").addEventListener("click", async () => {
  by("person").close();
  if (!shown.done) return sound.play("refuse"), raise("not_yet", shown);
  const reply = await ask("leave", { dose: shown.dose, reason: "", key: newKey() });
  if (!reply) return;
  if (reply.problem) return messages.finding(reply.problem);
  mayGo(shown);
  draw(reply.state);
});

// --- the way out

async function exit(payload) {
  if (busy) return; // a scanner that sends everything twice
  busy = true;
  const reply = await ask("exit", { payload, key: newKey() });
  busy = false;
  by("box-text").value = "";
  if (!reply) return;
  hush();
  if (reply.problem) return sound.play("refer"), messages.finding(reply.problem);
  draw(reply.state);
  const { verdict, person } = reply;
  if (verdict === "may_go") return mayGo(person);
  if (verdict === "left_already") return messages.show("info", `${person.ticket} · ${words.get("left_already")}`, words.get("left_already_step"));
  raise(verdict, person);
}

function mayGo(person) {
  sound.play("admit");
  const box = element("div", "", { class: "obs-go" });
  const said = element("div", "");
  said.append(element("b", `${person.ticket} · ${words.get("may_go")}`), element("p", words.get("may_go_step")));
  box.append(mark("admit"), said);
  by("message").replaceChildren(box);
  by("message").hidden = false;
  setTimeout(() => box.isConnected && messages.clear(), GO_MS);
}

/** Somebody is about to go and should not: loud until a person has answered. */
function raise(verdict, person) {
  const sheet = by("alarm");
  const isReaction = verdict === "reaction";
  const title = { not_yet: ["not_yet", { n: person.minutes_left }], unsure: ["exit_unsure", {}], reaction: ["exit_reaction", {}] }[verdict];
  const step = { not_yet: "not_yet_step", unsure: "unsure_hint", reaction: "exit_reaction_step" }[verdict];
  by("alarm-title").textContent = words.get(...title);
  sheet.querySelector("[data-who]").textContent = [person.ticket, person.name].filter(Boolean).join(" · ");
  sheet.querySelector("[data-step]").textContent = words.get(step);
  for (const one of sheet.querySelectorAll("[data-why]")) one.hidden = isReaction;
  sheet.querySelector("[data-problem]").hidden = true;
  by("alarm-reason").value = "";
  for (const one of sheet.querySelectorAll(".chip")) one.setAttribute("aria-pressed", "false");
  leaving = { dose: person.dose, key: newKey() };
  if (!sheet.open) sheet.showModal();
  by("alarm-title").focus();
  sound.play("refuse");
  clearInterval(alarm);
  alarm = setInterval(() => sound.play("refuse"), ALARM_MS);
}

function hush() {
  clearInterval(alarm);
  if (by("alarm").open) by("alarm").close();
}

by("alarm").addEventListener("close", () => clearInterval(alarm));
by("alarm").querySelector("form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const reply = await ask("leave", { ...leaving, reason: by("alarm-reason").value.trim() });
  if (!reply) return;
  if (reply.problem) {
    const problem = by("alarm").querySelector("[data-problem]");
    problem.textContent = `${words.of(reply.problem.text)} ${words.of(reply.problem.next_step)}`;
    problem.hidden = false;
    return;
  }
  hush();
  draw(reply.state);
  messages.show("ok", words.get("left"));
});

by("box").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = by("box-text").value.trim();
  if (text) exit(text);
});

// --- somebody telephones

by("later-open").addEventListener("click", () => { by("later-found").replaceChildren(); by("later").showModal(); });
by("later").querySelector("form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const reply = await ask("find", { text: by("later-text").value });
  if (!reply) return by("later").close();
  const none = element("li", words.get("found_none"));
  by("later-found").replaceChildren(...(reply.found.length ? reply.found.map(foundLine) : [none]));
});

function foundLine(one) {
  const line = element("li", "", { class: "obs-found" });
  const day = String(one.given_on).replace(/(\d{4})(\d\d)(\d\d)/, "$1-$2-$3");
  const button = element("button", words.get("report"), { class: "button", type: "button" });
  button.addEventListener("click", () => { by("later").close(); reactions.report(one, true); });
  line.append(element("span", [one.name, localDay(day), one.product, one.lot].filter(Boolean).join(" · ")), button);
  return line;
}

// --- sound: browsers let it be heard only after somebody touched the page

function soundState() {
  const on = Boolean(navigator.userActivation?.hasBeenActive);
  by("sound").setAttribute("aria-pressed", String(on));
  by("sound").textContent = words.get(on ? "sound_on" : "sound_off");
}
by("sound").addEventListener("click", () => { sound.play("refuse"); soundState(); });
window.addEventListener("pointerup", () => setTimeout(soundState, 50));
window.addEventListener("keyup", () => setTimeout(soundState, 50));

station();
dialogs();
listenToScanner(data.payload_length, exit, { tooLong: () => messages.show("warning", words.get("too_long")) });
cameraButton(by("camera-button"), appliance, data.urls.frame, exit, (problem) => messages.show("warning", words.get(problem)));
look();
soundState();
setInterval(look, data.seconds * 1000);
