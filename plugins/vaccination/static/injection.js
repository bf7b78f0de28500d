// Puts an injection table's page together: ticket, vial, confirm. Whom and what is asked of the appliance, cards draw the answer.

import { Sound } from "/static/js/kiosk/sound.js";
import { Words } from "/static/js/staff-words.js";
import { Cards } from "./injection-cards.js";
import { sheets } from "./injection-sheets.js";
import { Appliance, Messages, cameraButton, dialogs, listenToScanner, newKey, pageData, station } from "./shared.js";

station();
const data = pageData();
const by = (id) => document.getElementById(id);
const words = new Words(data.words, data.language);
const cards = new Cards(words);
const messages = new Messages(by("message"), words);
const appliance = new Appliance({ csrf: data.csrf, sign_in: data.urls.sign_in }, (answers) => { by("line-lost").hidden = answers; });
const sound = new Sound();
const STATE_MS = 10_000;

let dose = { who: null, glass: null }; // what is asked for, as the appliance's handles
let shown = null; // the appliance's last word on it
let key = newKey(); // of the confirm that may come: minted before it is pressed, so that a second press is the same
let busy = false;
let recorded = false; // this refusal is on record already
let ahead = 0; // milliseconds that the appliance's clock is ahead of the page's
let again = Promise.resolve(); // requests go one after another, in the order in which codes were shown

const now = () => Date.now() + ahead;
const asked = () => ({
  ...(dose.who ? { who: dose.who } : {}),
  ...(dose.glass ? { glass: dose.glass } : {}),
  body_site: document.querySelector('[name="body_site"]:checked').value,
  asked_document: by("document").checked,
  override: by("override").value,
});

// --- what comes back

function took(reply) {
  if (!reply?.table) return;
  ahead = reply.table.now_ms - Date.now();
  if (reply.day) {
    by("given").textContent = reply.day.given;
    cards.recent(reply.day.recent, { correct: acts.correct, print: acts.print });
  }
  if (!reply.case) return;
  shown = reply.case;
  dose.who = shown.person?.handle ?? null;
  dose.glass = shown.vial?.handle ?? null;
  cards.person(shown.person);
  if (shown.person) by("queue").hidden = true;
  cards.vial(shown.vial, now());
  cards.verdict(shown);
  choices();
}

function choices() {
  const person = Boolean(shown?.person);
  const { asks = {}, may_give: may = false, barred = false } = shown ?? {};
  by("choices").hidden = !person && !asks.product && !asks.take_over;
  for (const [row, wanted] of [["document-row", asks.document], ["override-row", asks.override], ["product-row", asks.product], ["expiry-row", asks.expiry], ["take-over", asks.take_over], ["site-row", person && !barred]]) by(row).hidden = !wanted;
  by("give").hidden = !person || barred;
  by("give").disabled = !may || busy;
  by("refuse").hidden = !person || !barred || recorded;
  by("refuse").disabled = busy;
}

/** Begin with the next person; the vial stays. */
function clear(vial) {
  dose = { who: null, glass: vial?.usable ? vial.handle : dose.glass };
  by("document").checked = false;
  for (const id of ["override", "product", "expiry"]) by(id).value = "";
  document.querySelector('[name="body_site"]').checked = true;
  recorded = false;
  key = newKey();
}

// --- what goes out

const queued = (work) => { again = again.then(work, work).catch(() => messages.mute()); return again; };

const look = (scan = null, glass = null) => queued(async () => {
  if (glass) dose.glass = glass;
  recorded = false;
  const reply = await appliance.post(data.urls.look, { dose: asked(), ...(scan ? { scan } : {}) });
  if (reply.problem) return messages.finding(reply.problem);
  const before = dose.who?.citizen;
  if (reply.unread) messages.finding(reply.unread);
  else if (scan) messages.clear();
  if (reply.case.person && reply.case.person.handle.citizen !== before) {
    by("document").checked = false;
    by("override").value = "";
    key = newKey();
  }
  return took(reply);
});

const give = () => queued(async () => {
  if (busy || !shown?.person) return;
  busy = true;
  choices();
  cards.answer("ready", "emblem", words.get("working"), "");
  try {
    const reply = await appliance.post(data.urls.give, { key, dose: asked() }, 20);
    await after(reply);
  } catch {
    // pressed again it goes out under the same key: what was recorded stays recorded once
    cards.answer("ask", "ask", words.get("retry"), words.get("no_answer"));
  } finally {
    busy = false;
    choices();
  }
});

async function after(reply) {
  const barred = shown.barred;
  took(reply);
  if (reply.problem) {
    sound.play("refuse");
    key = newKey();
    if (!barred) {
      // what was fine when it was asked is not now: the buttons are those of how it stands
      took(await appliance.post(data.urls.look, { dose: asked() }).catch(() => null));
      recorded = true;
      return cards.answer("refuse", "refuse", words.get("do_not"), words.get("refused"), reply.problems);
    }
    clear(reply.table.vial);
    done();
    return cards.answer("ready", "emblem", words.get("refused"), words.get("ready_hint"));
  }
  sound.play("admit");
  clear(reply.table.vial);
  done();
  const { given } = reply;
  const next = given.next_on ? words.get("done_next", given) : words.get("done_last", given);
  return cards.answer("done", "admit", words.get("done"), `${words.get("done_dose", given)} – ${next}`, [], given.write);
}

/** The person has gone; what stands about the vial is asked anew, behind the answer that is shown. */
function done() {
  shown = null;
  cards.person(null);
  askQueue();
  refresh();
  appliance.post(data.urls.look, { dose: asked() }).then((reply) => {
    if (dose.who) return;
    shown = reply.case;
    dose.glass = shown.vial?.handle ?? null;
    cards.vial(shown.vial, now());
    choices();
  }).catch(() => {});
}

const acts = sheets({ appliance, words, urls: data.urls, messages, took, look, refresh, glass: () => shown?.vial });

// --- the queue

let called = null;
function drawQueue(state) {
  called = state.current;
  by("queue").hidden = Boolean(shown?.person) || (!called && !state.waiting);
  by("queue-line").textContent = called ? words.get("called", { ticket: called.ticket }) : words.get("waiting", { n: state.waiting });
  for (const button of document.querySelectorAll("[data-queue]")) button.hidden = (button.dataset.queue === "next") === Boolean(called);
}
async function callQueue(action) {
  try {
    const reply = await appliance.post(data.urls.queue[action], { key: newKey(), visit: called?.visit ?? "" });
    if (reply.problem) return messages.finding(reply.problem);
    return drawQueue(reply);
  } catch {
    return messages.mute();
  }
}
async function askQueue() {
  if (document.hidden || shown?.person) return;
  const reply = await appliance.get(data.urls.queue.state).catch(() => null);
  if (reply && !reply.problem) drawQueue(reply);
}
setInterval(askQueue, STATE_MS);

// --- fingers

document.addEventListener("submit", (event) => {
  const kind = event.target.dataset?.type;
  if (!kind) return;
  event.preventDefault();
  const field = event.target.querySelector("input");
  if (field.value.trim()) look({ payload: field.value, source: "typed", expect: kind });
  field.value = "";
  field.blur();
});
by("choices").addEventListener("submit", (event) => { event.preventDefault(); give(); });
by("clear").addEventListener("click", () => { clear(shown?.vial); look().then(askQueue); });
for (const id of ["document", "override"]) by(id).addEventListener("change", () => look());
by("product").addEventListener("change", () => { dose.glass = { ...dose.glass, product: by("product").value }; look(); });
by("expiry").addEventListener("change", () => { dose.glass = { ...dose.glass, expiry: by("expiry").value || null }; look(); });
for (const button of document.querySelectorAll("[data-queue]")) button.addEventListener("click", () => callQueue(button.dataset.queue));
by("take-over").addEventListener("click", () => { dose.glass = { ...dose.glass, take_over: true }; look(); });
by("new-vial").addEventListener("click", () => acts.open());
by("waste-open").addEventListener("click", () => acts.waste());
by("recent-open").addEventListener("click", () => by("recent").showModal());

dialogs();
listenToScanner(data.payload_length, (payload) => look({ payload, source: "wedge" }), { separators: true });
cameraButton(by("camera-button"), appliance, data.urls.frame, (payload) => look({ payload, source: "page" }), (problem) => messages.show("warning", words.get(problem)));

/** What this table has done today, in the background. */
async function refresh() {
  const reply = await appliance.get(data.urls.state).catch(() => null);
  if (reply?.day) took(reply);
}

async function begin() {
  const reply = await appliance.get(data.urls.state).catch(() => null);
  if (!reply) return setTimeout(begin, 2_000);
  took(reply);
  dose.glass = reply.table.vial?.handle ?? null;
  askQueue();
  return look();
}
setInterval(() => { if (shown?.vial) cards.vial(shown.vial, now()); }, STATE_MS);
begin();
