// Puts the reception desk together: one box for scans and words, the person, the queue. The pieces and the appliance do the work.

import { Words, element } from "/static/js/staff-words.js";
import { Enrolment, Merge, Undo } from "./desk-sheets.js";
import { facts, warnings } from "./person.js";
import { ShownDoses, isDocument } from "./shown.js";
import { Appliance, Messages, cameraButton, clockBanner, dialogs, listenToScanner, localDay, newKey, pageData, station } from "./shared.js";

const data = pageData();
const by = (id) => document.getElementById(id);
const words = new Words(data.words, data.language);
const appliance = new Appliance(data, (answers) => { by("line-lost").hidden = answers; });
const messages = new Messages(by("message"), words);
const STATE_MS = 4000;
const CODE = /^(VNT1:|VNX1:)|\|/i; // what a scanner types into the box, and nobody by hand
const BARE = /^[A-Z2-7]{26}$/i; // a temporary code typed from the paper, without what stands before it
let current = null; // the person who is shown

// --- asking

async function ask(action, said) {
  try {
    return await appliance.post(data.urls[action], said);
  } catch {
    messages.mute();
    return null;
  }
}

async function scan(payload, source = "page", takenAnyway = false) {
  if (by("merge").open) return merge.scanned(payload);
  if (current && !by("person").hidden && isDocument(payload)) return elsewhere.scan(current, payload, source);
  const reply = await ask("scan", { payload, source, key: newKey(), taken_anyway: takenAnyway });
  took(reply, () => scan(payload, source, true));
}

/** What came of showing a card or enrolling somebody. */
function took(reply, anyway) {
  if (!reply) return;
  clear();
  if (reply.problem) return messages.finding(reply.problem);
  const { answer, person } = reply;
  if (person) show(person);
  if (!answer) return;
  const first = answer.findings.find(({ severity }) => severity !== "note") ?? answer.findings[0];
  if (answer.decision === "admit") {
    const again = answer.findings.some(({ code }) => code === "self_check_in.already_here");
    const notes = answer.findings.filter(({ severity }) => severity === "note").map((one) => words.of(one.text));
    messages.show("ok", words.get(again ? "already" : "checked_in", { ticket: answer.ticket?.number ?? "" }), notes.join(" "));
  } else if (answer.questions.length) {
    enrolment.open(); // a typed number: at the desk the whole form is filled in instead
  } else {
    messages.finding(first);
    if (answer.findings.some(({ code }) => ["vaccination.no_appointment", "vaccination.platform_finding"].includes(code))) offer(anyway);
  }
  look();
}

function offer(anyway) {
  const button = element("button", words.get("taken_anyway"), { class: "button", type: "button" });
  button.addEventListener("click", anyway);
  by("message").append(button);
}

async function find(text) {
  const reply = await ask("find", { text });
  if (!reply) return;
  clear();
  if (reply.problem) return messages.finding(reply.problem);
  if (!reply.found.length) {
    messages.show("info", words.get("found_none"), words.get("found_hint"));
    if (/^\d{12}$/.test(text.replaceAll(" ", ""))) enrolment.open({ number: text });
    return;
  }
  if (reply.found.length === 1) return show(reply.found[0]);
  messages.show("info", words.get("found_n", { n: reply.found.length }));
  by("found").replaceChildren(...reply.found.map(foundLine));
}

function foundLine(person) {
  const line = element("li", "");
  const who = element("div", "");
  who.append(element("b", person.name), element("span", [localDay(person.birth_date), person.document, person.stage ? words.of(person.stage) : words.get("not_here")].filter(Boolean).join(" · "), { class: "person-line" }));
  const button = element("button", words.get("open"), { class: "button", type: "button" });
  button.addEventListener("click", () => { clear(); show(person); });
  line.append(element("span", person.ticket || "–", { class: "ticket" }), who, button);
  return line;
}

// --- showing

function clear() {
  messages.clear();
  by("found").replaceChildren();
  by("person").hidden = true;
  by("ready").hidden = true;
  by("box-text").value = "";
}

function show(person) {
  current = person;
  const box = by("person");
  const head = element("div", "", { class: "desk-person-head" });
  const name = element("div", "");
  name.append(element("h2", person.name, { class: "person-name", id: "person-name" }), element("p", person.stage ? words.of(person.stage) : words.get("not_here"), { class: "person-line" }));
  head.append(name);
  if (person.ticket) head.append(element("span", person.ticket, { class: "ticket" }));
  const row = element("div", "", { class: "button-row" });
  const add = (key, act, more = {}) => {
    const button = element("button", words.get(key), { class: "button", type: "button", ...more });
    button.addEventListener("click", act);
    row.append(button);
  };
  if (!person.visit) add("enrol", () => enrolment.open(person), { class: "button button--primary" });
  if (person.visit) add("reprint", reprint);
  if (person.known) add("edit", () => edit(person), { id: "edit-open" });
  if (person.temporary) add("merge", () => merge.open(person), { id: "merge-open" });
  if (person.merged?.length) add("undo_merge", () => undo.open(person), { id: "undo-open" });
  box.replaceChildren(head, warnings(words, person), facts(words, person), elsewhere.section(person), row);
  box.hidden = false;
  by("ready").hidden = true;
}

async function reprint() {
  const reply = await ask("reprint", { visit: current.visit });
  if (reply?.problem) messages.finding(reply.problem);
  else if (reply) messages.show("ok", words.get("reprinted"));
}

function done(reply, key) {
  if (!reply?.person) return;
  clear();
  show(reply.person);
  messages.show("ok", words.get(key));
  look();
}

const enrolment = new Enrolment(words, ask, { took, open: async (citizen) => { const reply = await ask("person", { citizen }); clear(); if (reply?.person) show(reply.person); } });
const merge = new Merge(words, ask, (reply) => done(reply, "merged"));
const undo = new Undo(words, ask, (reply) => {
  done(reply, "undone");
  if (reply.doses) messages.show("ok", words.get("undone"), words.get("undone_doses", { n: reply.doses }));
});
const elsewhere = new ShownDoses({ words, appliance, urls: data.urls, messages, changed: (person) => {
  if (by("person").hidden || current?.citizen !== person.citizen) return false; // another person is open by now
  show(person);
  return true;
} });
const edit = (person) => enrolment.edit(person, (reply) => done(reply, "saved"));

// --- the queue

async function look() {
  if (document.hidden) return;
  const state = await appliance.get(data.urls.state).catch(() => null);
  if (state?.steps) draw(state);
}

function draw(state) {
  clockBanner(by("clock-bad"), words, state);
  for (const [step, line] of Object.entries(state.steps)) {
    const box = by(`step-${step}`);
    box.querySelector("[data-waiting]").textContent = words.get("waiting_n", { n: line.waiting });
    box.querySelector("[data-next]").textContent = line.next.length ? `${words.get("next_up")}: ${line.next.join(", ")}` : "";
    box.querySelector("[data-tables]").textContent = line.tables.length
      ? `${words.get("at_tables")}: ${line.tables.map((one) => `${one.ticket} (${words.get("table_n", { n: one.table })})`).join(", ")}`
      : "";
  }
  const absent = state.absent.map((one) => {
    const line = element("li", "");
    const button = element("button", words.get("back"), { class: "button", type: "button", "aria-label": `${one.ticket}: ${words.get("back")}` });
    button.addEventListener("click", async () => {
      button.disabled = true;
      const reply = await ask("back", { visit: one.visit, step: one.step, key: newKey() });
      if (reply?.problem) messages.finding(reply.problem);
      else if (reply) draw(reply);
    });
    line.append(element("b", `${one.ticket} · ${words.get(one.step)}`), button);
    return line;
  });
  by("absent").replaceChildren(...(absent.length ? absent : [element("li", words.get("absent_none"), { class: "person-line" })]));
}

// --- fingers, keys and scanners

station();
dialogs();
by("box").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = by("box-text").value.trim();
  by("box-text").blur(); // the next scan is read key by key again, whatever input method is on
  if (CODE.test(text) || isDocument(text)) scan(text, "wedge");
  else if (BARE.test(text)) scan(`VNX1:${text}`);
  else if (text) find(text);
});
by("enrol-open").addEventListener("click", () => enrolment.open());
listenToScanner(data.payload_length, (payload) => scan(payload, "wedge"), { tooLong: () => messages.show("fault", words.get("too_long")) });
cameraButton(by("camera-button"), appliance, data.urls.frame, (payload) => scan(payload, "camera"), (problem) => messages.show("warning", words.get(problem)));
setInterval(look, STATE_MS);
look();
