// What several pages of a vaccination site need: talking to the appliance, scans of every kind, messages. Knows no step.

import { Camera } from "/static/js/kiosk/camera.js";
import { newKey } from "/static/js/kiosk/scan.js";
import { Wedge } from "/static/js/kiosk/wedge.js";
import { element, mark } from "/static/js/staff-words.js";

export { newKey };

/** A table's page: the tablet's width is for the work. On a phone the menu is wider than the screen, and the open page is moved to
 * where it is seen. */
export function station() {
  document.body.classList.add("station");
  document.querySelector(".page-nav [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
}

/** The page's data, as the template wrote it. */
export const pageData = () => JSON.parse(document.getElementById("page-data").textContent);

/** The appliance does not answer. */
export class Mute extends Error {}

export class Appliance {
  #csrf;
  #signIn;
  #tell;
  #done = 0; // what was sent and answered so far

  /** @param tell (true | false) whether the appliance answers, when that changes */
  constructor({ csrf, sign_in: signIn }, tell = () => {}) {
    this.#csrf = csrf;
    this.#signIn = signIn;
    this.#tell = tell;
    this.answers = true;
  }

  /** POST `said`; the reply, with `problem` where the appliance refuses. Throws `Mute`. A repeat under the same key is safe, so a
   *  lost reply is asked for again until `seconds` are over. */
  async post(url, said, seconds = 8) {
    const until = performance.now() + seconds * 1000;
    for (let pause = 250; ; pause *= 2) {
      try {
        const reply = await this.#send(url, JSON.stringify(said), "application/json", Math.max(500, until - performance.now()));
        this.#done += 1;
        return reply;
      } catch (error) {
        if (!(error instanceof Mute) || performance.now() + pause >= until) throw error;
        await new Promise((resolve) => setTimeout(resolve, pause));
      }
    }
  }

  /** How things stand; a page that only asks is nobody at work. Asked again where something was done meanwhile: what was true before
   *  it would be drawn over it. */
  async get(url, milliseconds = 5000) {
    for (;;) {
      const before = this.#done;
      const reply = await this.#fetch(url, { headers: { Accept: "application/json", "X-Kiosk-Poll": "1" } }, milliseconds);
      if (before === this.#done) return reply;
    }
  }

  /** A picture of the camera; null where no code is in it. */
  frame(url, picture) {
    return this.#send(url, picture, picture.type, 8000);
  }

  #send(url, body, type, milliseconds) {
    const headers = { "Content-Type": type, Accept: "application/json", "X-CSRFToken": this.#csrf };
    return this.#fetch(url, { method: "POST", headers, body }, milliseconds);
  }

  async #fetch(url, options, milliseconds) {
    let response;
    try {
      response = await fetch(url, { ...options, cache: "no-store", signal: AbortSignal.timeout(milliseconds) });
      if (response.status >= 500 && !response.headers.get("Content-Type")?.includes("json")) throw new Error(String(response.status));
    } catch {
      this.#heard(false);
      throw new Mute();
    }
    this.#heard(true);
    if (response.status === 401) {
      location.assign(this.#signIn);
      return new Promise(() => {}); // the page is left
    }
    if (response.status === 204) return null;
    const reply = await response.json().catch(() => ({}));
    if (!response.ok && !reply.problem) throw new Mute(); // no word of ours: a proxy's, or a token that is over
    return reply;
  }

  #heard(answers) {
    if (answers === this.answers) return;
    this.answers = answers;
    this.#tell(answers);
  }
}

/** Scanners that type, whatever has the focus but a field. `key` gets what a person types outside fields. */
export function listenToScanner(limit, scan, { key = () => {}, tooLong = () => {}, separators = false } = {}) {
  const wedge = new Wedge({ limit, separators }, { scan, tooLong, key });
  const free = (event) => !event.target.closest?.("input:not([type=radio], [type=checkbox]), textarea, select, dialog[open] button");
  wedge.listen({ addEventListener: (name, handle, options) => window.addEventListener(name, (event) => free(event) && handle(event), options) });
}

/** A button that switches this device's camera on and off; `scan` gets each code once while it is held before the lens. */
export function cameraButton(button, appliance, url, scan, refused) {
  let held = "";
  let since = 0;
  const camera = new Camera(async (picture) => {
    const reply = await appliance.frame(url, picture).catch(() => null);
    const payload = reply?.payload;
    if (!payload || (payload === held && performance.now() - since < 4000)) return;
    held = payload;
    since = performance.now();
    scan(payload);
  });
  button.addEventListener("click", async () => {
    if (camera.on) {
      camera.stop();
    } else {
      const problem = await camera.start();
      if (problem) refused(problem);
    }
    button.setAttribute("aria-pressed", String(camera.on));
  });
  return camera;
}

/** A message in the page: what happened, and what to do next. `level`: ok, info, warning or fault. */
export class Messages {
  #box;
  #words;

  constructor(box, words) {
    this.#box = box;
    this.#words = words;
  }

  /** Where messages stand: for what belongs to one. */
  get box() {
    return this.#box;
  }

  show(level, text, step = "") {
    const box = element("div", "", { class: `notice notice--${level}` });
    const sign = mark(level);
    sign.setAttribute("class", "notice-mark");
    const words = element("div", "");
    words.append(element("b", text));
    if (step) words.append(element("p", step));
    box.append(sign, words);
    this.#box.replaceChildren(box);
    this.#box.hidden = false;
  }

  /** A finding of the appliance's: {severity, text, next_step}. */
  finding(one) {
    const level = { ground: "ok", note: "info", open: "warning", concern: "warning", bar: "fault" }[one.severity] ?? "info";
    this.show(level, this.#words.of(one.text), this.#words.of(one.next_step));
  }

  /** What went wrong with a request. */
  mute() {
    this.show("fault", this.#words.get("mute"), this.#words.get("mute_step"));
  }

  clear() {
    this.#box.replaceChildren();
    this.#box.hidden = true;
  }
}

/** The dialogs of a page: [data-close] closes, Escape too; chips fill the field [data-reason]. */
export function dialogs() {
  for (const dialog of document.querySelectorAll("dialog")) {
    dialog.addEventListener("click", (event) => {
      if (event.target.closest("[data-close]")) dialog.close();
      const chip = event.target.closest(".chip");
      if (!chip) return;
      const field = dialog.querySelector("[data-reason]");
      for (const one of dialog.querySelectorAll(".chip")) one.setAttribute("aria-pressed", String(one === chip));
      if (field) field.value = chip.textContent;
    });
  }
}

/** Shows a day as people here write it: 05/08/2021; a year alone stays. */
export function localDay(iso) {
  const parts = (iso ?? "").split("-");
  return parts.length === 3 ? `${parts[2]}/${parts[1]}/${parts[0]}` : iso ?? "";
}

/** The banner for a clock that cannot be believed; the appliance's date stands in it. */
export function clockBanner(box, words, state) {
  box.hidden = state.clock_trusted !== false;
  if (!box.hidden) box.textContent = words.get("clock_bad", { day: localDay(state.today) });
}
