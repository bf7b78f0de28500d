// Reads a scanner that types like a keyboard, whatever has the focus, and passes on what a person typed.
//
// A scanner is told from a person by its prefix character, or by typing faster than people can. A code ends with Enter
// or with silence. Keys are read by their place on a US keyboard, so that neither another layout nor a Vietnamese input
// method garbles the code. Control characters inside a code are dropped and never act as keys; only the separator of GS1 codes
// (GS, which scanners press as Ctrl and a bracket) becomes a part of the code where a page asks for it.

const PLACES = {
  Minus: "-_", Equal: "=+", BracketLeft: "[{", BracketRight: "]}", Backslash: "\\|", Semicolon: ";:", Quote: "'\"",
  Backquote: "`~", Comma: ",<", Period: ".>", Slash: "/?", Space: "  ", NumpadAdd: "++", NumpadSubtract: "--",
  NumpadMultiply: "**", NumpadDivide: "//", NumpadDecimal: "..",
};
const SHIFTED_DIGITS = ")!@#$%^&*(";
const ENTER_MS = 80; // after Enter: a further line of the same code (MRZ) follows within this, or it is over
const LEAST = 6; // fewer fast keys than this are a person's

// Browser short cuts that a person may use; all others with Ctrl or Meta are swallowed, a code may contain them.
const HARMLESS = new Set(["KeyR", "Equal", "Minus", "Digit0"]);

/** The character that this key types on a US keyboard; null for a key that types none. */
export function usCharacter(event) {
  const { code = "", key = "", shiftKey } = event;
  if (/^Key[A-Z]$/.test(code)) return shiftKey ? code[3] : code[3].toLowerCase();
  if (/^Digit\d$/.test(code)) return shiftKey ? SHIFTED_DIGITS[Number(code[5])] : code[5];
  if (/^Numpad\d$/.test(code)) return key.length === 1 ? code[6] : null; // without NumLock it is an arrow
  if (code in PLACES) return PLACES[code][shiftKey ? 1 : 0];
  return [...key].length === 1 && key >= " " ? key : null;
}

export class Wedge {
  #typed = []; // {us, key} of each key that is not yet given to anybody
  #last = 0;
  #timer = 0;
  #prefixed = false;
  #tooLong = false;

  /** @param on {scan(text), tooLong(), key(character)} */
  constructor({ prefix = "", gap = 50, limit = 7089, silence = 120, separators = false }, on) {
    this.separators = separators;
    this.prefix = prefix;
    this.gap = gap;
    this.limit = limit;
    this.silence = Math.max(silence, gap * 2);
    this.on = on;
  }

  listen(target = window) {
    target.addEventListener("keydown", (event) => this.#down(event), { capture: true });
    target.addEventListener("keyup", (event) => this.#running(event) && event.preventDefault(), { capture: true });
  }

  #running(event) {
    return this.#prefixed || (this.#typed.length > 0 && event.timeStamp - this.#last <= this.gap);
  }

  #down(event) {
    if (event.key === "Shift" || event.key === "CapsLock" || event.repeat) return;
    const running = this.#running(event);
    if (event.ctrlKey || event.metaKey || event.altKey) {
      if (this.separators && running && event.ctrlKey && event.code === "BracketRight") {
        event.preventDefault();
        this.#add("\x1d", "");
        return this.#wait(event, this.#prefixed ? 500 : this.silence);
      }
      if (running || !(HARMLESS.has(event.code) || event.shiftKey || event.altKey)) event.preventDefault();
      return;
    }
    if (event.key === "Enter") return this.#enter(event, running);
    const us = usCharacter(event);
    if (us === null) {
      if (running && (this.#prefixed || this.#typed.length > 1)) event.preventDefault();
      else this.#flush(); // a person's Backspace must find what the person typed before it
      return;
    }
    if (us === " " && !running && event.target.closest?.("button, a, [role=button], [type=checkbox], [type=radio]")) return; // Space presses what has the focus
    event.preventDefault();
    if (!running) this.#flush();
    if (this.prefix && us === this.prefix) {
      this.#flush();
      this.#prefixed = true;
    } else {
      this.#add(us, [...event.key].length === 1 ? event.key : us);
    }
    this.#wait(event, this.#prefixed ? 500 : this.silence);
  }

  #enter(event, running) {
    if (!running || (!this.#prefixed && this.#typed.length < LEAST)) return this.#flush();
    event.preventDefault();
    event.stopPropagation();
    this.#add("\n", "");
    return this.#wait(event, ENTER_MS);
  }

  #add(us, key) {
    if (this.#typed.length < this.limit) this.#typed.push({ us, key });
    else this.#tooLong = us !== "\n" || this.#tooLong;
  }

  #wait(event, milliseconds) {
    this.#last = event.timeStamp;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#finish(), milliseconds);
  }

  #finish() {
    const text = this.#typed.map(({ us }) => us).join("").trim();
    if (this.#tooLong) this.on.tooLong();
    else if (text && (this.#prefixed || text.length >= LEAST)) this.on.scan(text);
    else return this.#flush();
    return this.#clear();
  }

  /** Not a scanner after all: give the keys to whoever takes a person's typing. */
  #flush() {
    const keys = this.#typed;
    this.#clear();
    for (const { key } of keys) if (key) this.on.key(key);
  }

  #clear() {
    clearTimeout(this.#timer);
    this.#typed = [];
    this.#prefixed = false;
    this.#tooLong = false;
  }
}
