// Calls a number aloud. Where the device has a voice for the page's language that voice speaks; else the shipped one, which
// knows letters, digits and the words of a call (static/voice/, made by `make voice`).

const WORD_S = 0.06; // silence between two words
const ENGINE_MS = 12_000; // some engines never say that they have ended
const SHORT_PLACE = /^[A-Z]{0,2}[0-9]{1,3}$/; // what can be spelled and understood; "Tiêm 2" cannot

/** The words of one call: "A105" to "3" is number, A, 1, 0, 5, table, 3. A table that cannot be spelled is left to the eyes. */
export function wordsOf(ticket, table) {
  const spelled = (text) => [...text.toUpperCase()].filter((one) => /[A-Z0-9]/.test(one));
  const place = table.trim().toUpperCase();
  return ["number", ...spelled(ticket), ...(SHORT_PLACE.test(place) ? ["table", ...spelled(place)] : [])];
}

export class Voice {
  #language;
  #sound = null; // the shipped voice, once it is loaded: {buffer, places}
  #context = null;

  constructor(language) {
    this.#language = language;
  }

  /** Loads the shipped voice from `base`; false where this browser cannot play it. */
  async load(base) {
    const Context = window.AudioContext;
    if (!Context) return false;
    try {
      const [places, sound] = await Promise.all([`${this.#language}.json`, `${this.#language}.ogg`].map((name) => fetched(base + name)));
      this.#context = new Context();
      this.#sound = { places: await places.json(), buffer: await this.#context.decodeAudioData(await sound.arrayBuffer()) };
    } catch {
      this.#sound = null; // the chime and the board say the same
    }
    return this.ready;
  }

  get ready() {
    return this.#sound !== null || this.#own() !== undefined;
  }

  /** Speaks one call; ends when it was spoken. `text` is what the device's own voice reads. */
  async call(ticket, table, text) {
    const own = this.#own();
    if (own) await spoken(own, text);
    else if (this.#sound) await this.#played(wordsOf(ticket, table));
  }

  #own() {
    const voices = "speechSynthesis" in window ? speechSynthesis.getVoices() : [];
    return voices.find((one) => one.lang.toLowerCase().startsWith(this.#language));
  }

  async #played(words) {
    const context = this.#context;
    await context.resume().catch(() => {});
    if (context.state !== "running") return; // nobody has touched the page yet: the button says so
    let at = context.currentTime + 0.05;
    for (const word of words) {
      const place = this.#sound.places[word];
      if (!place) continue;
      const source = context.createBufferSource();
      source.buffer = this.#sound.buffer;
      source.connect(context.destination);
      source.start(at, ...place);
      at += place[1] + WORD_S;
    }
    await new Promise((resolve) => setTimeout(resolve, (at - context.currentTime) * 1000));
  }
}

async function fetched(address) {
  const response = await fetch(address);
  if (!response.ok) throw new Error(String(response.status));
  return response;
}

function spoken(voice, text) {
  return new Promise((resolve) => {
    const said = new SpeechSynthesisUtterance(text);
    said.voice = voice;
    said.lang = voice.lang;
    said.rate = 0.9;
    said.onend = said.onerror = () => resolve();
    setTimeout(resolve, ENGINE_MS);
    speechSynthesis.speak(said);
  });
}
