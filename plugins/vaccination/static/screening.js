// Puts one screening table together: calling, the person, the examination, consent. The pieces and the appliance do the work.

import { Words, element } from "/static/js/staff-words.js";
import { Examination } from "./examination.js";
import { facts, warnings } from "./person.js";
import { Appliance, Messages, cameraButton, clockBanner, dialogs, listenToScanner, localDay, newKey, pageData, station } from "./shared.js";
import { ShownDoses, isDocument } from "./shown.js";
import { Signature } from "./signature.js";

const data = pageData();
const by = (id) => document.getElementById(id);
const words = new Words(data.words, data.language);
const appliance = new Appliance(data, (answers) => { by("line-lost").hidden = answers; });
const messages = new Messages(by("message"), words);
const STATE_MS = 4000;
const GO_ON = ["eligible", "caution"];
let table = null; // the queue's last word on this table
let shown = null; // the visit that is worked on, as the appliance told it
let keys = {}; // one key for each intended action: pressed twice it is done once

/** POST; null where it was refused or nobody answers, which is then said. A key stays until the appliance has answered: pressed
 *  again after a lost reply, the action is still done once. */
async function ask(action, said, intended = action, problem = (one) => messages.finding(one)) {
  try {
    const reply = await appliance.post(data.urls[action], said);
    delete keys[intended];
    if (reply?.problem) problem(reply.problem);
    return reply?.problem ? null : reply;
  } catch {
    messages.mute();
    return null;
  }
}

/** Says a problem within the dialog that it is about. */
const problemIn = (dialog) => ({ text, next_step: step }) => {
  const line = dialog.querySelector("[data-problem]");
  line.textContent = `${words.of(text)} ${words.of(step)}`;
  line.hidden = false;
};

const keyFor = (intended) => (keys[intended] ??= newKey());

// --- calling

function drawTable(state) {
  if (!state || !("current" in state)) return;
  const before = table?.current?.visit;
  table = state;
  clockBanner(by("clock-bad"), words, state);
  const { current } = state;
  by("now").textContent = current?.ticket ?? "";
  by("now").hidden = !current;
  by("now-words").textContent = [current ? words.get("calls_n", { n: current.calls }) : words.get("nobody"), words.get("waiting_n", { n: state.waiting })].join(" · ");
  by("next").hidden = Boolean(current);
  by("again").hidden = by("absent").hidden = !current;
  by("absent").classList.toggle("button--primary", state.may_pass);
  if (state.unsigned) drawUnsigned(state.unsigned);
  if (current && current.visit !== before && current.visit !== shown?.visit) open({ visit: current.visit });
}

/** Who was examined and left without a word on consent, such as when the page was closed in between. */
function drawUnsigned(people) {
  const others = people.filter((one) => one.visit !== shown?.visit);
  by("unsigned").hidden = !others.length;
  by("unsigned-list").replaceChildren(...others.map((one) => {
    const button = element("button", one.ticket, { class: "button", type: "button" });
    button.addEventListener("click", () => open({ visit: one.visit }));
    return button;
  }));
}

async function act(action, said = {}) {
  const reply = await ask(action, { ...said, key: keyFor(action) });
  if (reply) drawTable(reply);
  return reply;
}

async function look() {
  if (!document.hidden) drawTable(await appliance.get(data.urls.state).catch(() => null));
}

// --- the person

async function open(said) {
  const reply = await ask("person", said);
  if (!reply) return;
  messages.clear();
  show(reply);
  if (reply.visit !== table?.current?.visit && !table?.current) act("take", { visit: reply.visit });
}

function show(state) {
  shown = state;
  keys = {};
  clockBanner(by("clock-bad"), words, state);
  drawPerson(state.person);
  examination.open(state);
  const agreed = state.consent.state === "given";
  part(state.screening && GO_ON.includes(state.screening.outcome) && !agreed ? "consent" : "work");
  by("withdraw-row").hidden = !agreed;
  drawConsent(state);
}

function drawPerson(person) {
  const head = element("div", "", { class: "person-head" });
  const name = element("div", "");
  name.append(element("p", words.get("confirm"), { class: "person-line" }), element("h2", person.name, { class: "person-name", id: "person-name" }));
  head.append(name, element("span", person.ticket, { class: "ticket" }));
  by("person").replaceChildren(head, facts(words, person, ["birth_date", "sex", "document", "phone", "guardian"]), warnings(words, person), elsewhere.section(person));
  if (shown.screening) by("person").append(element("p", words.get("done_before", { outcome: words.of(shown.screening.words) }), { class: "person-line" }));
}

/** Which part of the page is worked on: "work", "consent" or "ready". */
function part(name) {
  for (const id of ["work", "consent", "ready"]) by(id).hidden = id !== name;
  if (name !== "work") by("withdraw-row").hidden = true;
}

/** A code that was scanned: of the person who is here, a document about doses of elsewhere; else a ticket or card. */
const scanned = (payload, source) => (shown && isDocument(payload) ? elsewhere.scan(shown.person, payload, source) : open({ payload }));
const elsewhere = new ShownDoses({ words, appliance, urls: data.urls, messages, changed: (person) => {
  if (shown?.person.citizen !== person.citizen) return false; // another person is here by now
  shown.person = person;
  drawPerson(person); // what was answered and measured so far stays
  if (!by("product").value) examination.plan(person.doses.at(-1)?.product ?? "");
  return true;
} });

function close() {
  shown = null;
  part("ready");
  look();
}

// --- the examination

let asking = 0;
const examination = new Examination(words, async () => {
  const mine = (asking += 1);
  const reply = await ask("evaluate", { visit: shown.visit, ...examination.said });
  if (reply && mine === asking) examination.conclude(reply); // a later answer may have overtaken this one
});

async function save() {
  if (!shown) return;
  if (examination.isOpen && !by("decision").value) examination.showMissing();
  by("save").disabled = true;
  const reply = await ask("save", { visit: shown.visit, ...examination.said, key: keyFor("save") });
  by("save").disabled = false;
  if (!reply) return;
  const goesOn = GO_ON.includes(reply.saved.outcome);
  show(reply);
  if (goesOn) {
    part(reply.consent.state === "given" ? "ready" : "consent");
    messages.show("ok", words.get("saved"), words.of(reply.saved));
  } else {
    close();
    messages.show("warning", `${words.get("saved")} ${words.of(reply.saved)}`, words.get("saved_stop"));
  }
  look();
  window.scrollTo(0, 0);
}

// --- consent

const signature = new Signature(by("signature"));
const signer = () => document.querySelector('input[name="by"]:checked').value;

function drawConsent({ consent, person }) {
  const { text } = consent;
  by("consent-title").textContent = text ? words.of(text.title) : words.get("consent");
  by("consent-who").textContent = [person.ticket, person.name, localDay(person.birth_date)].filter(Boolean).join(" · ");
  by("consent-points").replaceChildren(...(text?.points ?? []).map((one) => element("li", words.of(one))));
  by("consent-law").textContent = text ? `${words.get("law")}: ${text.legal_basis}` : words.get("no_text");
  by("agree").disabled = by("decline").disabled = !text;
  document.querySelector(`input[name="by"][value="${consent.minor ? "guardian" : "self"}"]`).checked = true;
  document.querySelector('input[name="by"][value="self"]').disabled = consent.minor;
  by("guardian").value = consent.guardian;
  drawSigner();
  signature.clear();
  by("by-keys").checked = false;
  by("typed").value = "";
  drawSigning();
}

function drawSigner() {
  by("guardian-field").hidden = signer() !== "guardian";
}

/** Drawn by hand, or typed by who cannot draw. */
function drawSigning() {
  const typed = by("by-keys").checked;
  by("sign").hidden = typed;
  by("typed-field").hidden = !typed;
}

async function consent(state) {
  const given = state === "given";
  const reply = await ask("consent", {
    visit: shown.visit, state, digest: shown.consent.text?.digest ?? "", by: signer(),
    guardian: signer() === "guardian" ? by("guardian").value.trim() : "", key: keyFor(state),
    ...(by("by-keys").checked ? { strokes: "", typed: by("typed").value.trim() } : { strokes: signature.value, typed: "" }),
  }, state);
  if (!reply) return window.scrollTo(0, 0);
  close();
  messages.show(given ? "ok" : "warning", words.get(given ? "agreed" : "declined"));
  return window.scrollTo(0, 0);
}

by("withdraw").querySelector("form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const reply = await ask("withdraw", { visit: shown.visit, reason: by("withdraw-reason").value.trim(), key: keyFor("withdraw") }, "withdraw", problemIn(by("withdraw")));
  if (!reply) return;
  by("withdraw").close();
  close();
  messages.show("warning", words.get("withdrawn"));
});

// --- fingers, keys and scanners

station();
dialogs();
by("next").addEventListener("click", () => { messages.clear(); act("next"); });
by("again").addEventListener("click", () => act("again", { visit: table.current.visit }));
by("absent").addEventListener("click", async () => {
  const { visit, ticket } = table.current;
  if (!(await act("absent", { visit }))) return;
  close();
  messages.show("info", words.get("was_absent", { ticket }));
});
by("save").addEventListener("click", save);
by("agree").addEventListener("click", () => consent("given"));
by("decline").addEventListener("click", () => consent("declined"));
by("rescreen").addEventListener("click", () => { messages.clear(); part("work"); });
by("by-keys").addEventListener("change", () => {
  drawSigning();
  if (by("by-keys").checked) by("typed").focus();
});
by("sign-clear").addEventListener("click", () => signature.clear());
by("withdraw-open").addEventListener("click", () => {
  by("withdraw-reason").value = "";
  by("withdraw").querySelector("[data-problem]").hidden = true;
  by("withdraw").showModal();
});
by("type").addEventListener("submit", (event) => {
  event.preventDefault();
  const payload = by("type-text").value.trim();
  by("type-text").value = "";
  by("type-text").blur(); // the next scan is read key by key again
  if (payload) open({ payload });
});
for (const one of document.querySelectorAll('input[name="by"]')) one.addEventListener("change", drawSigner);
by("form").addEventListener("submit", (event) => event.preventDefault());
listenToScanner(data.payload_length, (payload) => scanned(payload, "wedge"), { tooLong: () => messages.show("fault", words.get("too_long")) });
cameraButton(by("camera-button"), appliance, data.urls.frame, (payload) => scanned(payload, "camera"), (problem) => messages.show("warning", words.get(problem)));
setInterval(look, STATE_MS);
look();
