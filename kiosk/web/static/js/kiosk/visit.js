// One person's visit, from the first sign of them to the reset: which state follows which. The pieces do the work.

import { NoAnswer, isAnswer, newKey, send } from "./scan.js";

const NEXT_PERSON_MS = 4_000;
const KNOWN_PRINTS = 8;

export class Visit {
  #scan = null; // what is being answered: {key, payload, source}
  #asked = {}; // answers given so far to that scan's questions
  #prints = new Map(); // print events that came before their answer
  #guidance = null; // the appliance's last hint: {vi, en}
  #nextPerson = 0;
  #serving = 0;

  /** Whether the person on the screen has all they came for: whatever is shown next is somebody else's, in the site's language. */
  served = false;

  /** @param parts the pieces of the page, as main.js puts them together */
  constructor(parts) {
    Object.assign(this, parts);
  }

  /** Back to the beginning; nothing of the person is left, here or in the appliance's memory of events. */
  reset() {
    const wasPersonal = this.screens.current !== "idle" && this.screens.current !== "preview";
    this.#wipe();
    this.#prints.clear();
    this.words.use(this.settings.language);
    this.idle.stop();
    this.screens.show("idle");
    if (wasPersonal) fetch(this.urls.forget, { method: "POST" }).catch(() => {});
  }

  #wipe() {
    clearTimeout(this.#serving);
    this.served = false;
    this.#scan = null;
    this.#asked = {};
    this.#guidance = null;
    this.questions.close();
    this.pad.close();
    this.keyboard.close();
    this.result.close();
    this.preview.stop();
    this.announcer.clear();
    this.#hint("");
  }

  // --- what a person does

  lookAtCamera() {
    this.#guidance = null;
    this.#lookAtCamera();
    this.drawGuidance();
  }

  #lookAtCamera() {
    this.preview.start();
    this.screens.show("preview");
    this.idle.watch({ warn: false });
  }

  typeCardNumber() {
    this.#wipe();
    this.pad.open({
      format: this.cardNumber,
      title: () => this.words.get("card_title"),
      hint: () => this.words.get("card_hint"),
      count: () => "",
      done: (digits) => this.submit(digits, "typed"),
    });
    this.screens.show("pad");
    this.idle.watch({ warn: true });
  }

  back() {
    if (this.questions.open) this.questions.back();
    else this.reset();
  }

  // --- what a device or the person delivers

  submit(payload, source) {
    this.#begin();
    this.#scan = { key: newKey(), payload, source };
    this.#send();
  }

  tooLong() {
    this.#begin();
    this.#refer("too_long", "refer_next");
  }

  /** A visit begins where another may still be shown: in a queue nobody waits for the reset. */
  #begin() {
    if (this.served) this.words.use(this.settings.language);
    this.#wipe();
  }

  async #send() {
    const scan = this.#scan;
    this.idle.stop();
    this.preview.stop();
    this.screens.show("working");
    this.announcer.say(this.words.get("working_title"));
    const request = { ...scan, answers: { ...this.#asked, language: this.words.language } };
    try {
      const answer = await send(this.urls.scans, request, this.settings.answer_seconds);
      if (this.#scan === scan) this.#answered(answer);
    } catch (error) {
      if (this.#scan !== scan) return; // the next person's scan has taken the screen
      if (error instanceof NoAnswer) this.#refer("no_answer", "no_answer_next");
      else this.#refer("not_understood", "refer_next");
    }
  }

  // --- what the appliance says

  /** An answer to a scan that a camera or scanner of the appliance made. */
  received(answer) {
    if (!isAnswer(answer)) return;
    if (answer.key === this.result.key || answer.key === this.#scan?.key) return; // it came by both ways
    // Nothing was recorded yet for a code with questions: it must not push away a person who is answering.
    if (answer.decision === "ask" && (this.questions.open || this.screens.current === "working")) return;
    this.#begin();
    this.#scan = { key: answer.key, payload: "", source: "page" };
    this.#answered(answer);
  }

  printed(outcome) {
    if (outcome.key !== this.result.key) {
      this.#prints.set(outcome.key, outcome);
      if (this.#prints.size > KNOWN_PRINTS) this.#prints.delete(this.#prints.keys().next().value);
      return;
    }
    this.result.print(outcome);
    this.#sayPaper(outcome);
    this.idle.watch({ warn: true });
  }

  guided(guidance) {
    const text = this.words.of(guidance);
    this.#guidance = text ? guidance : null; // empty: the appliance takes its hint back
    if (text && this.screens.current === "idle") this.#lookAtCamera();
    if (text && this.screens.current === "preview") this.idle.watch({ warn: false });
    this.drawGuidance();
  }

  /** The hint in the language of the moment. */
  drawGuidance() {
    const text = this.words.of(this.#guidance);
    if (this.screens.current === "preview") {
      this.guidance.textContent = text || this.words.get(this.preview.available ? "preview_hint" : "preview_none");
    }
    this.#hint(text && this.screens.current === "result" ? this.words.get("next_person", { hint: text }) : "");
  }

  // --- what follows

  #answered(answer) {
    if (answer.decision !== "ask") return this.#show(answer);
    if (answer.questions?.length) return this.#ask(answer.questions);
    // What is missing may be shown instead of typed, such as the other codes of a certificate: the finding says which.
    if (answer.findings?.some((one) => one.severity === "open")) return this.#show(answer);
    return this.#show({ ...answer, decision: "refer" }); // nothing says what is missing: a person must look
  }

  #ask(questions) {
    this.preview.stop();
    this.sound.play("ask");
    this.questions.ask(
      questions,
      (answers) => {
        Object.assign(this.#asked, answers);
        this.#send();
      },
      () => this.reset(),
    );
    this.idle.watch({ warn: true });
  }

  #show(answer) {
    this.preview.stop();
    this.questions.close();
    const print = this.#prints.get(answer.key) ?? null;
    this.result.open(answer, print);
    this.#scan = null;
    this.#asked = {};
    this.screens.show("result");
    this.sound.play(answer.decision);
    this.announcer.say(this.result.spoken(), { now: true });
    if (print) this.#sayPaper(print);
    this.idle.watch({ warn: true });
    // not at once: a phone that is taken away may be read a second time
    if (answer.decision === "admit") this.#serving = setTimeout(() => this.#serve(), this.settings.next_person_seconds * 1000);
  }

  #serve() {
    this.served = true;
    this.onServed();
  }

  #refer(reason, next) {
    const pair = (key) => ({ vi: this.words.in("vi", key), en: this.words.in("en", key) });
    const finding = { code: `page.${reason}`, severity: "concern", text: pair(reason), next_step: pair(next), legal_basis: "" };
    this.#show({ key: this.#scan?.key ?? newKey(), decision: "refer", findings: [finding], citizen: null, ticket: null });
  }

  #sayPaper(outcome) {
    if (outcome.printed) return this.announcer.say(this.words.get("take_ticket"));
    this.sound.play("paper");
    const { title, text } = this.result.lost(outcome);
    return this.announcer.say(`${title}. ${text}`, { now: true });
  }

  #hint(text) {
    clearTimeout(this.#nextPerson);
    this.nextPerson.textContent = text;
    this.nextPerson.hidden = !text;
    if (text) this.#nextPerson = setTimeout(() => this.#hint(""), NEXT_PERSON_MS);
  }
}
