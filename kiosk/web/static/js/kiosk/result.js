// Shows an answer: shape, colour and word, number, reasons, next step, and what became of the paper. Decides nothing.

const WEIGHT = { bar: 4, concern: 3, open: 2, ground: 1, note: 0 };
const SHOWN_REASONS = 3;

export class Result {
  #words;
  #marks;
  #prints;
  #answer = null;
  #paper = null;
  #section = document.querySelector('[data-screen="result"]');

  constructor(words, marks, prints) {
    this.#prints = prints;
    this.#words = words;
    this.#marks = marks;
    words.onSwitch(() => this.#answer && this.#draw());
  }

  /** The key whose answer is shown, null when none is. */
  get key() {
    return this.#answer?.key ?? null;
  }

  /** @param answer as POST /api/v1/scans gives it  @param paper the print event for it, if it came first */
  open(answer, paper = null) {
    this.#answer = answer;
    this.#paper = paper;
    this.#draw();
  }

  /** What became of the paper. */
  print(outcome) {
    this.#paper = outcome;
    this.#draw();
  }

  close() {
    this.#answer = null;
    this.#paper = null;
    for (const id of ["result-title", "result-name", "result-number", "result-reasons", "result-next-text", "result-legal"]) {
      document.getElementById(id).textContent = "";
    }
  }

  /** All of it in a few sentences, for those who listen. */
  spoken() {
    const { title, number, reasons, next } = this.#said();
    const name = number ? `${this.#words.get("number_label")}: ${[...number].join(" ")}` : "";
    return [title, reasons[0] ?? "", name, next].filter(Boolean).map((part) => part.replace(/[.:]?$/, ".")).join(" ");
  }

  #said() {
    const { decision, findings = [], ticket } = this.#answer;
    const words = this.#words;
    const grave = [...findings].sort((a, b) => (WEIGHT[b.severity] ?? 0) - (WEIGHT[a.severity] ?? 0));
    // A person who may go on needs no reasons, only what is worth knowing.
    const told = decision === "admit" ? findings.filter((one) => one.severity === "note") : grave.filter((one) => one.severity !== "ground");
    const reasons = [...new Set(told.map((one) => words.of(one.text)).filter(Boolean))].slice(0, SHOWN_REASONS);
    if (!reasons.length && decision !== "admit") reasons.push(words.get(`${decision}_reason`));
    const step = grave.map((one) => words.of(one.next_step)).find(Boolean);
    const usual = decision === "admit" && !ticket ? "admit_next_plain" : `${decision}_next`;
    return {
      title: words.get(`${decision}_title`),
      number: ticket?.number ?? "",
      reasons,
      next: step || words.get(usual),
      law: grave.find((one) => one.legal_basis && one.severity !== "ground")?.legal_basis ?? "",
    };
  }

  #draw() {
    const { title, number, reasons, next, law } = this.#said();
    const { decision, citizen } = this.#answer;
    this.#section.dataset.decision = decision;
    this.#section.querySelector(".verdict-mark use").setAttribute("href", `${this.#marks}#${decision}`);
    show("result-title", title);
    show("result-name", citizen?.name ?? "");
    show("result-number", number);
    document.getElementById("result-ticket").hidden = !number;
    document.getElementById("result-reasons").replaceChildren(
      ...reasons.map((reason) => {
        const item = document.createElement("li");
        item.textContent = reason;
        return item;
      }),
    );
    document.getElementById("result-reason").hidden = !reasons.length;
    document.querySelector("#result-reason h2").hidden = decision === "admit";
    show("result-next-text", next);
    show("result-legal", law ? this.#words.get("legal_label", { law }) : "");
    this.#drawPaper(Boolean(number));
  }

  #drawPaper(hasTicket) {
    const place = document.getElementById("result-paper");
    place.hidden = !hasTicket;
    if (!hasTicket) return;
    const waiting = this.#prints ? "printing" : "none";
    const state = this.#paper ? (this.#paper.printed ? "printed" : "failed") : waiting;
    const [markName, titleKey] = {
      printed: ["ok", "take_ticket"],
      failed: ["warning", "not_printed"],
      printing: ["info", "printing"],
      none: ["info", "remember_number"],
    }[state];
    place.dataset.state = state;
    place.querySelector("use").setAttribute("href", `${this.#marks}#${markName}`);
    const told = state === "failed" ? this.lost(this.#paper) : { title: this.#words.get(titleKey), text: "" };
    document.getElementById("paper-title").textContent = told.title;
    document.getElementById("paper-text").textContent = told.text;
  }

  /** What to say of paper that did not come, as far as it is known: why, and what to do. */
  lost({ problem = "", text = null }) {
    const words = this.#words;
    if (problem === "unsure") return { title: words.get("look_for_ticket"), text: words.of(text) || words.get("keep_number") };
    const why = problem === "paper_out" ? `${words.get("paper_out")} ` : "";
    return { title: words.get("not_printed"), text: why + words.get("keep_number") };
  }
}

function show(id, text) {
  const element = document.getElementById(id);
  element.textContent = text;
  element.hidden = !text;
}
