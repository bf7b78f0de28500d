// The verdict: word, shape, colour and sound; reason, next step and law; questions. Sends nothing itself.

import { element } from "/static/js/staff-words.js";

const OTHERS = 2; // further reasons that fit; the rest are counted
const by = (id) => document.getElementById(id);

export class Verdict {
  #words;
  #sound;
  #answered;

  /** @param answered (question id, value) when the officer picked or typed an answer */
  constructor(words, sound, answered) {
    this.#words = words;
    this.#sound = sound;
    this.#answered = answered;
  }

  /** The page was loaded anew while somebody stands there who has been answered. */
  recall(decision, canSettle) {
    this.#show(decision, this.#words.get(decision), this.#words.get("recalled"));
    by("settle-row").hidden = !(decision === "refer" && canSettle);
  }

  ready() {
    this.#show("ready", this.#words.get("ready"), this.#words.get("ready_hint"));
  }

  working() {
    this.#show("working", this.#words.get("working"), "");
  }

  /** The appliance is mute: a person must look, and nothing is recorded. */
  noAnswer() {
    this.#show("refer", this.#words.get("refer"), this.#words.get("no_answer"), { vi: this.#words.get("no_answer_hint"), en: this.#words.get("no_answer_hint") });
    this.#sound.play("refer");
  }

  /** What cannot be done, in words, without losing the verdict's colour. */
  problem(problem) {
    this.#show("refer", this.#words.get("refer"), this.#words.of(problem));
    this.#sound.play("refer");
  }

  answer(answer, canSettle) {
    const admitted = answer.decision === "admit";
    const reasons = answer.findings.filter(({ code, severity }) => (severity !== "note" || code === "checkpoint.left") && (admitted || severity !== "ground"));
    const first = reasons[0] ?? answer.findings[0];
    const question = answer.questions[0];
    this.#show(
      answer.decision,
      this.#words.get(answer.decision),
      question ? "" : this.#words.of(first?.text),
      question ? null : this.#step(answer, first),
      question ? "" : first?.legal_basis,
      question ? [] : reasons.slice(1),
    );
    if (question) this.#ask(question);
    by("settle-row").hidden = !(answer.decision === "refer" && canSettle);
    this.#sound.play(answer.decision);
    by("say").textContent = `${this.#words.get(answer.decision)}. ${question ? this.#words.of(question.text) : this.#words.of(first?.text)}`;
    performance.mark("verdict-painted");
  }

  /** What to do next. The appliance's own words on codes and faults speak to a citizen at a kiosk; an officer is told otherwise. */
  #step(answer, first) {
    const of = (key) => ({ vi: this.#words.get(key), en: this.#words.get(key) });
    if (answer.citizen === null) return of("step_again");
    return first?.code.startsWith("core.") ? of("step_by_eye") : first?.next_step;
  }

  /** An officer has decided. */
  settled(decision) {
    this.#show(decision, this.#words.get(decision), this.#words.get("settled"));
    this.#sound.play(decision);
  }

  #show(decision, word, reason, step = null, law = "", others = []) {
    document.body.dataset.decision = decision;
    by("verdict-word").textContent = word;
    by("reason").textContent = reason;
    this.#line("step", this.#words.of(step));
    this.#line("law", law ? `${this.#words.get("law")}: ${law}` : "");
    const shown = others.slice(0, OTHERS).map((one) => element("li", this.#words.of(one.text)));
    if (others.length > OTHERS) shown.push(element("li", this.#words.get("more_reasons", { n: others.length - OTHERS })));
    by("more").replaceChildren(...shown);
    by("more").hidden = !shown.length;
    by("verdict-text").hidden = !reason;
    by("question").hidden = true;
    by("question").replaceChildren();
    by("settle-row").hidden = true;
  }

  #line(id, text) {
    by(id).textContent = text;
    by(id).hidden = !text;
  }

  #ask(question) {
    const form = by("question");
    const label = element("label", this.#words.of(question.text), { for: "answer" });
    form.toggleAttribute("data-many", question.choices.length > 3);
    form.hidden = false;
    form.onsubmit = (event) => event.preventDefault();
    if (question.kind === "choice") {
      label.id = "question-words";
      label.removeAttribute("for");
      const row = element("div", "", { class: "question-row" });
      row.append(...question.choices.map((choice) => this.#choice(question, choice)));
      form.replaceChildren(label, row);
      return;
    }
    const row = element("div", "", { class: "question-row" });
    const input = element("input", "", {
      id: "answer", autocomplete: "off", maxlength: question.max_length,
      type: question.kind === "date" ? "date" : "text", inputmode: question.kind === "digits" ? "numeric" : "text",
    });
    const send = element("button", this.#words.get("answer"), { class: "button button--primary", type: "submit" });
    form.onsubmit = (event) => {
      event.preventDefault();
      if (input.value.trim()) this.#answered(question.id, input.value.trim());
    };
    row.append(input, send);
    form.replaceChildren(label, row);
  }

  #choice(question, choice) {
    const button = element("button", this.#words.of(choice.label), { class: "button", type: "button", "data-choice": choice.value, "aria-describedby": "question-words" });
    button.addEventListener("click", () => this.#answered(question.id, choice.value));
    return button;
  }

  /** Pick the n-th choice of the question, as a number key does; false where there is none. */
  choose(n) {
    const button = by("question").querySelectorAll("[data-choice]")[n - 1];
    button?.click();
    return Boolean(button);
  }
}
