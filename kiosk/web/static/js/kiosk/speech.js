// Reads announcements aloud where the device has a voice for the language (EN 301 549, 5.1.3). Off until asked for.

export class Speech {
  #words;
  #button;
  on = false;

  constructor(words, button) {
    this.#words = words;
    this.#button = button;
    if (!("speechSynthesis" in window)) return;
    const offer = () => this.#offer();
    speechSynthesis.addEventListener?.("voiceschanged", offer);
    words.onSwitch(offer);
    button.addEventListener("click", () => this.toggle());
    offer();
  }

  toggle(on = !this.on) {
    this.on = on;
    this.#button.setAttribute("aria-pressed", String(on));
    if (!on) this.stop();
  }

  speak(text) {
    const voice = this.#voice();
    if (!this.on || !text || !voice) return;
    this.stop();
    const said = new SpeechSynthesisUtterance(text);
    said.voice = voice;
    said.lang = voice.lang;
    said.rate = 0.95;
    speechSynthesis.speak(said);
  }

  stop() {
    if ("speechSynthesis" in window) speechSynthesis.cancel();
  }

  #voice() {
    const voices = "speechSynthesis" in window ? speechSynthesis.getVoices() : [];
    return voices.find((voice) => voice.lang.toLowerCase().startsWith(this.#words.language));
  }

  #offer() {
    this.#button.hidden = !this.#voice();
  }
}
