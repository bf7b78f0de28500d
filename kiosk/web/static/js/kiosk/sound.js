// Tones for the answers, made on the spot: rising for go, level for a question, falling for see staff, low for stop.

/** Per answer: [frequency in Hz, start in s, length in s] of each tone. */
export const TONES = {
  admit: [[523, 0, 0.13], [659, 0.12, 0.13], [784, 0.24, 0.32]],
  ask: [[587, 0, 0.14], [587, 0.2, 0.14]],
  refer: [[587, 0, 0.2], [440, 0.22, 0.34]],
  refuse: [[220, 0, 0.3], [165, 0.36, 0.55]],
  paper: [[440, 0, 0.12], [440, 0.16, 0.12], [440, 0.32, 0.12]],
  call: [[659, 0, 0.35], [523, 0.4, 0.6]], // a number is called: two falling tones, as in waiting halls
  tick: [[1200, 0, 0.03]],
};

export class Sound {
  #context = null;

  play(name) {
    const Context = window.AudioContext;
    if (!Context || !TONES[name]) return;
    try {
      this.#context ??= new Context();
      if (this.#context.state === "suspended") this.#context.resume().catch(() => {});
      for (const tone of TONES[name]) this.#tone(...tone, name === "tick" ? 0.05 : 0.25);
    } catch {
      // A device without a sound card: shape, colour and words say the same.
    }
  }

  #tone(frequency, start, length, loudness) {
    const context = this.#context;
    const at = context.currentTime + start;
    const oscillator = context.createOscillator();
    const gain = context.createGain();
    oscillator.type = "triangle";
    oscillator.frequency.value = frequency;
    gain.gain.setValueAtTime(0, at);
    gain.gain.linearRampToValueAtTime(loudness, at + 0.012); // without the ramp a loudspeaker clicks
    gain.gain.setValueAtTime(loudness, at + length * 0.6);
    gain.gain.exponentialRampToValueAtTime(0.0005, at + length);
    oscillator.connect(gain).connect(context.destination);
    oscillator.start(at);
    oscillator.stop(at + length + 0.02);
  }
}
