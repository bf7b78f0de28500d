// On a kiosk's own screen: the letter keyboard for every text box, the card that was just scanned, and leaving when nobody is there.

import { Keyboard } from "/static/js/kiosk/keyboard.js";

const WARNING_SECONDS = 20;
const PLAIN_LETTERS = new Set(["document", "plate", "seat", "email", "phone"]);
const LOOK_EVERY_MS = 1000;

const spoken = JSON.parse(document.getElementById("keyboard-words").textContent);
const words = {
  language: document.documentElement.lang,
  get: (key, values = {}) => (spoken[key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole),
  onSwitch: () => {},
};
const sheet = document.getElementById("keyboard-sheet");
const keyboard = new Keyboard(words, { play: () => {} });

const at = document.createElement("button");
Object.assign(at, { type: "button", className: "key", textContent: "@" });
at.dataset.letter = "@";
sheet.querySelector('[data-letter="."]').before(at);

function ask(input) {
  words.language = PLAIN_LETTERS.has(input.name) ? "en" : document.documentElement.lang; // no Telex in numbers and addresses
  const label = input.labels?.[0]?.textContent.trim() ?? "";
  sheet.querySelector("section").hidden = false;
  keyboard.open({
    most: input.maxLength > 0 ? input.maxLength : 60,
    title: () => label,
    count: () => "",
    done: (text) => {
      input.value = text;
      sheet.close();
      input.dispatchEvent(new Event("input", { bubbles: true }));
    },
  });
  sheet.showModal();
}

sheet.querySelector('[data-action="back"]').addEventListener("click", () => sheet.close());
sheet.addEventListener("close", () => keyboard.close());
// not at pointerup: the click that follows would press a key of the sheet
document.addEventListener("click", (event) => {
  const input = event.target.closest?.('.form input[type="text"]');
  if (input && event.pointerType !== "mouse" && !input.disabled) ask(input);
});

const take = document.getElementById("take-scan");
if (take) {
  const looking = setInterval(async () => {
    try {
      const answer = await fetch(take.dataset.waiting);
      if (answer.ok && (await answer.json()).waiting) {
        clearInterval(looking);
        take.click();
      }
    } catch {
      // the button is there for it
    }
  }, LOOK_EVERY_MS);
}

const dialog = document.getElementById("more-time");
const idle = Number(document.body.dataset.idle) * 1000;
let timer = 0;
function wait() {
  clearTimeout(timer);
  timer = setTimeout(() => {
    dialog.showModal();
    timer = setTimeout(() => location.replace("/kiosk"), WARNING_SECONDS * 1000);
  }, idle);
}
document.getElementById("more-time-yes").addEventListener("click", () => dialog.close());
for (const name of ["pointerdown", "keydown"]) document.addEventListener(name, wait);
wait();
