// Puts the lane's page together: scans of every kind go to the appliance, verdict and state come back. The pieces do the work.

import { Camera, smaller } from "/static/js/kiosk/camera.js";
import { Live } from "/static/js/kiosk/live.js";
import { newKey } from "/static/js/kiosk/scan.js";
import { Sound } from "/static/js/kiosk/sound.js";
import { Wedge } from "/static/js/kiosk/wedge.js";
import { Line } from "./line.js";
import { Panels } from "./panels.js";
import { Sheets } from "./sheets.js";
import { Verdict } from "./verdict.js";
import { Words } from "/static/js/staff-words.js";

const data = JSON.parse(document.getElementById("lane-data").textContent);
const by = (id) => document.getElementById(id);
const STATE_MS = 5_000;

const words = new Words(data.words, data.language);
const player = new Sound();
const sound = { play: (name) => by("sound").getAttribute("aria-pressed") === "true" && player.play(name) };
const line = new Line(data.urls, data.csrf, (what) => { by("line-lost").hidden = what === "back"; });
const panels = new Panels(words);
const verdict = new Verdict(words, sound, (question, value) => answerQuestion(question, value));
let state = null; // the appliance's last word on the lane
let asked = null; // {key, answers} of the scan that is being asked about
let undoLeft = 0;

// --- what comes back

function took(reply) {
  if (!reply) return;
  state = reply.state;
  panels.draw(state);
  undoLeft = undoable()?.undo_seconds ?? 0;
  drawUndo();
  if (!reply.answer) return;
  const { answer } = reply;
  asked = answer.questions.length ? { key: answer.key, answers: asked?.key === answer.key ? asked.answers : {} } : null;
  verdict.answer(answer, Boolean(state.traveller?.recorded));
}

const undoable = () => (state?.traveller?.undo_seconds ? state.traveller : state?.recent.find((row) => row.undo_seconds));

function drawUndo() {
  const button = document.querySelector('[data-action="undo"]');
  button.disabled = undoLeft <= 0;
  by("undo-left").textContent = undoLeft > 0 ? words.get("undo_left", { n: undoLeft }) : "";
}

// --- what goes out

async function submit(request) {
  sheetsClosed();
  verdict.working();
  const scan = { key: newKey(), ...request };
  try {
    const reply = await line.scan(scan);
    took(reply);
    if (reply?.problem) verdict.problem(reply.problem);
  } catch {
    verdict.noAnswer();
  }
}

function answerQuestion(question, value) {
  if (!asked) return;
  asked.answers[question] = value;
  submit({ key: asked.key, payload: "", source: "page", answers: asked.answers });
}

async function send(action, request) {
  try {
    const reply = await line.act(action, request);
    took(reply);
    if (!state.traveller && !reply.answer && ["next", "undo", "vehicle_left"].includes(action)) verdict.ready();
    return reply;
  } catch {
    return null;
  }
}

async function photographed(file) {
  const reply = await line.frame(await smaller(file), newKey());
  if (reply?.answer) took(reply);
  return Boolean(reply?.answer);
}

const sheets = new Sheets(words, send, { scan: submit, picture: photographed, settled: (decision) => verdict.settled(decision) });
const sheetsClosed = () => { for (const dialog of document.querySelectorAll("dialog[open]")) dialog.close(); };

const camera = new Camera(async (picture, key) => {
  const reply = await line.frame(picture, key).catch(() => null);
  if (reply?.answer) took(reply);
});

async function toggleCamera() {
  const button = document.querySelector('[data-action="camera"]');
  if (camera.on) {
    camera.stop();
  } else {
    const problem = await camera.start();
    if (problem) verdict.problem({ vi: words.get(problem), en: words.get(problem) });
  }
  button.setAttribute("aria-pressed", String(camera.on));
}

// --- fingers

const actions = {
  next: () => { asked = null; verdict.ready(); send("next"); },
  camera: toggleCamera,
  type: () => sheets.show("type"),
  vehicle: () => sheets.show("vehicle", { vehicle: state?.vehicle }),
  undo: () => { const one = undoable(); if (one && undoLeft > 0) sheets.show("undo", { passage: one.passage, who: one.name || one.number }); },
  search: () => sheets.show("search"),
  surge: () => sheets.show("surge", { surge: state?.surge }),
  handover: () => sheets.show("handover"),
};
document.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button?.dataset.action) actions[button.dataset.action]();
  if (button?.dataset.settle && state?.traveller) {
    sheets.show("settle", { decision: button.dataset.settle, passage: state.traveller.passage, who: state.traveller.name || state.traveller.number });
  }
});
by("vehicle-left").addEventListener("click", () => send("vehicle_left"));
by("reveal").addEventListener("click", () => send("reveal"));
for (const id of ["theme", "sound"]) {
  const kept = localStorage.getItem(`lane-${id}`);
  if (kept) by(id).setAttribute("aria-pressed", kept);
  by(id).addEventListener("click", () => {
    const pressed = by(id).getAttribute("aria-pressed") !== "true";
    by(id).setAttribute("aria-pressed", String(pressed));
    localStorage.setItem(`lane-${id}`, String(pressed));
    dress();
  });
}
const dress = () => { document.body.dataset.theme = by("theme").getAttribute("aria-pressed") === "true" ? "night" : "day"; };
dress();

// --- keys: a scanner's go to the appliance, a person's are short cuts

const SHORTCUTS = { n: "next", " ": "next", c: "camera", t: "type", v: "vehicle", u: "undo", f: "search", s: "surge", h: "handover" };
const wedge = new Wedge(
  { limit: data.payload_length },
  {
    scan: (payload) => submit({ payload, source: "wedge" }),
    tooLong: () => verdict.noAnswer(),
    key: (character) => {
      if (sheets.open) return;
      if (/^[1-9]$/.test(character) && verdict.choose(Number(character))) return;
      actions[SHORTCUTS[character.toLowerCase()]]?.();
    },
  },
);
// what is typed into a field stays there
const free = (event) => !event.target.closest?.("input, textarea, select");
wedge.listen({ addEventListener: (name, handle, options) => window.addEventListener(name, (event) => free(event) && handle(event), options) });

// --- the appliance speaks: its own scanners and cameras, and how things stand

if (data.hears_scanners) {
  const live = new Live({ events: data.urls.events, poll: data.urls.poll }, data.after, async (name, body) => {
    if (name === "line") by("line-lost").hidden = body;
    if (name !== "answer") return;
    const known = await line.state().catch(() => null);
    took(known ? { ...known, answer: body } : null);
  });
  live.start();
  window.addEventListener("pagehide", () => live.stop());
}
async function look() {
  if (document.hidden) return;
  const reply = await line.state().catch(() => null);
  const first = !state;
  if (reply) took({ state: reply.state });
  if (first && state?.traveller?.recorded && document.body.dataset.decision === "ready") verdict.recall(state.traveller.decision, !state.traveller.settled);
}
setInterval(look, STATE_MS);
setInterval(() => { if (undoLeft > 0) { undoLeft -= 1; drawUndo(); } }, 1_000);
look();
