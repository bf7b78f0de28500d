// Asks one question at a time and collects the answers. Sends nothing.

import { CARD_NUMBER, DATE, digitsUpTo } from "./formats.js";

export class Questions {
  #screens;
  #words;
  #pad;
  #keyboard;
  #questions = [];
  #answers = {};
  #at = 0;
  #done = null;
  #leave = null;

  constructor(screens, words, pad, keyboard, announcer) {
    this.#screens = screens;
    this.#words = words;
    this.#pad = pad;
    this.#keyboard = keyboard;
    this.announcer = announcer;
    words.onSwitch(() => this.open && screens.current === "question" && this.#drawChoices());
  }

  get open() {
    return this.#questions.length > 0;
  }

  /** Ask all; `done(answers)` after the last, `leave()` when the person goes back before the first. */
  ask(questions, done, leave) {
    this.#questions = questions;
    this.#answers = {};
    this.#at = 0;
    this.#done = done;
    this.#leave = leave;
    this.#show();
  }

  back() {
    if (this.#at === 0) return this.#leave();
    this.#at -= 1;
    return this.#show();
  }

  close() {
    this.#questions = [];
    this.#answers = {};
    document.getElementById("question-choices").replaceChildren();
    document.getElementById("question-title").textContent = "";
  }

  #take(value) {
    this.#answers[this.#questions[this.#at].id] = value;
    this.#at += 1;
    if (this.#at < this.#questions.length) return this.#show();
    const answers = this.#answers;
    this.close();
    return this.#done(answers);
  }

  #count() {
    const total = this.#questions.length;
    return total > 1 ? this.#words.get("question_count", { n: this.#at + 1, total }) : this.#words.get("ask_title");
  }

  #show() {
    const question = this.#questions[this.#at];
    const asked = {
      title: () => this.#words.of(question.text),
      hint: () => "",
      count: () => this.#count(),
      done: (value) => this.#take(value),
    };
    if (question.kind === "choice") {
      this.#drawChoices();
      this.#screens.show("question");
    } else if (question.kind === "text") {
      this.#keyboard.open({ ...asked, most: question.max_length || 64 });
      this.#screens.show("keyboard");
    } else {
      const format = this.#format(question);
      this.#pad.open({ ...asked, format, hint: () => (format.hint ? this.#words.get(format.hint) : "") });
      this.#screens.show("pad");
    }
    this.announcer.say(this.#words.of(question.text));
  }

  #format(question) {
    if (question.kind === "date") return DATE;
    return question.id.endsWith("national_id") ? CARD_NUMBER : digitsUpTo(Math.min(question.max_length || 12, 20));
  }

  #drawChoices() {
    const question = this.#questions[this.#at];
    document.getElementById("question-count").textContent = this.#count();
    document.getElementById("question-title").textContent = this.#words.of(question.text);
    document.getElementById("question-choices").replaceChildren(
      ...question.choices.map((choice) => {
        const button = document.createElement("button");
        button.type = "button";
        button.className = "choice-button";
        button.textContent = this.#words.of(choice.label);
        button.addEventListener("click", () => this.#take(choice.value));
        return button;
      }),
    );
  }
}
