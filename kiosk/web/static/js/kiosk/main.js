// Puts the citizen's screen together from its pieces and connects them to fingers, keys, scanner and appliance.

import { Banners } from "./banners.js";
import { Clock } from "./clock.js";
import { moveDrawing } from "./drawing.js";
import { CARD_NUMBER } from "./formats.js";
import { Idle } from "./idle.js";
import { Keyboard } from "./keyboard.js";
import { ToldLanguage } from "./language.js";
import { Live } from "./live.js";
import { Pad } from "./pad.js";
import { Preview } from "./preview.js";
import { Questions } from "./questions.js";
import { Result } from "./result.js";
import { Announcer, Screens } from "./screens.js";
import { Sound } from "./sound.js";
import { Speech } from "./speech.js";
import { Visit } from "./visit.js";
import { Wedge } from "./wedge.js";
import { Words } from "./words.js";

const { settings, words: sentences, after, status, urls } = JSON.parse(document.getElementById("kiosk-data").textContent);

const words = new Words(sentences, settings.language);
const sound = new Sound();
const screens = new Screens();
const announcer = new Announcer(new Speech(words, document.getElementById("speak")));
const pad = new Pad(words, urls.marks, sound);
const keyboard = new Keyboard(words, sound);
const preview = new Preview(settings.preview);
const banners = new Banners(words, urls.marks);
const idle = new Idle(
  { idle: settings.idle_seconds, warning: settings.warning_seconds },
  { warn: (n) => announcer.say(`${words.get("more_time_title")} ${n} ${words.get("more_time_seconds")}`, { now: true }), end: () => visit.reset() },
);
const visit = new Visit({
  settings, urls, words, sound, screens, announcer, pad, keyboard, preview, idle,
  questions: new Questions(screens, words, pad, keyboard, announcer),
  result: new Result(words, urls.marks, settings.prints),
  cardNumber: CARD_NUMBER,
  guidance: document.getElementById("guidance"),
  nextPerson: document.getElementById("next-person"),
  onServed: () => tellLanguage(),
});
words.onSwitch(() => visit.drawGuidance());
new Clock(words, settings.time_zone);
moveDrawing(screens);

// Fingers
const languages = [...document.querySelectorAll("[data-language]")];
words.onSwitch(() => {
  for (const button of languages) button.setAttribute("aria-pressed", String(button.dataset.language === words.language));
});
const pages = [...document.querySelectorAll("[data-page]")];
words.onSwitch(() => {
  for (const link of pages) link.href = `${link.dataset.page}?lang=${words.language}`;
});
const toldLanguage = new ToldLanguage(urls.language, settings.language);
const tellLanguage = () => toldLanguage.tell(visit.served ? settings.language : words.language);
words.onSwitch(tellLanguage);
for (const button of languages) {
  button.addEventListener("click", () => {
    words.use(button.dataset.language);
    if (screens.current === "idle") idle.watch({ warn: false }); // the next person finds the site's language again
  });
}
const actions = { reset: () => visit.reset(), back: () => visit.back(), "no-qr": () => visit.typeCardNumber() };
document.addEventListener("click", (event) => {
  const action = event.target.closest("[data-action]")?.dataset.action;
  if (action) actions[action]();
});
document.getElementById("see-camera").addEventListener("click", () => visit.lookAtCamera());
document.addEventListener("contextmenu", (event) => event.preventDefault());

// Keys: a scanner's go to the appliance, a person's to whatever is typed into
const typing = () => ({ pad, keyboard })[screens.current];
const wedge = new Wedge(
  { prefix: settings.wedge_prefix, gap: settings.wedge_gap_ms, limit: settings.payload_length },
  {
    scan: (text) => visit.submit(text, "wedge"),
    tooLong: () => visit.tooLong(),
    key: (character) => typing()?.type(character),
  },
);
wedge.listen();
document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || document.querySelector("dialog[open]")) return;
  if (event.key === "Backspace") typing()?.erase();
  else if (event.key === "Escape" && screens.current !== "idle") visit.back();
  else if (event.key === "Enter" && !event.target.closest("button, a")) typing()?.submit();
});

// The appliance
function showStatus(state) {
  banners.status(state);
  // the bare core serves nobody: the page then shows the way to staff instead of asking for a code
  document.body.toggleAttribute("data-service", state?.safe_mode === true);
}
const heard = {
  answer: (answer) => visit.received(answer),
  print: (outcome) => visit.printed(outcome),
  guidance: (guidance) => visit.guided(guidance),
  status: showStatus,
  line: (connected) => banners.line(connected),
  // the process was started anew and cannot use its card: its own page says so, once nobody reads an answer here
  out_of_service: () => screens.current === "idle" && location.reload(),
};
showStatus(status);
setInterval(async () => {
  tellLanguage();
  const response = await fetch(urls.status, { cache: "no-store" }).catch(() => null);
  if (response?.ok) showStatus(await response.json());
}, settings.status_seconds * 1000);
const live = new Live(urls, after, (name, data) => heard[name](data));
live.start();
window.addEventListener("pagehide", () => live.stop());
