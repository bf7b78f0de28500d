// Vietnamese by Telex, one syllable at a time: aa → â, ow → ơ, dd → đ, and s f r x j for the tones, z to take one away.
// Pure functions on strings; knows no keys and no screen.

const CIRCUMFLEX = "\u0302";
const BREVE = "\u0306";
const HORN = "\u031b";
const TONES = { s: "\u0301", f: "\u0300", r: "\u0309", x: "\u0303", j: "\u0323" };
const TONE = /[\u0300\u0301\u0303\u0309\u0323]/g;
const VOWEL = /[aeiouy][\u0302\u0306\u031b]?/gi;

/** `text` after `key` was typed at its end. */
export function type(text, key) {
  const at = text.search(/[\p{L}\p{M}]+$/u);
  if (at < 0) return text + key;
  return text.slice(0, at) + syllable(text.slice(at), key).normalize("NFC");
}

/** `text` with the tone of `key` (s f r x j) on its last syllable; unchanged where that has no vowel. */
export function tone(text, key) {
  const changed = type(text, key);
  return changed.normalize("NFD").replace(TONE, "") === text.normalize("NFD").replace(TONE, "") ? changed : text;
}

function syllable(word, key) {
  const plain = word.normalize("NFD");
  const lower = key.toLowerCase();
  const present = plain.match(TONE)?.[0] ?? "";
  const bare = plain.replace(TONE, "");
  if (lower in TONES && nucleus(bare)) {
    // The same tone twice means the letter itself.
    return TONES[lower] === present ? bare + key : place(bare, TONES[lower]);
  }
  if (lower === "z" && present) return bare;
  // "uơ" stays so at the end of a word (thuở) and becomes "ươ" before another letter (thương).
  const longer = () => (bare + key).replace(/(?<!q)u(o\u031b)(?=\p{L})/iu, `u${HORN}$1`);
  return place(shape(bare, key, lower) ?? longer(), present);
}

/** The letter with its hat, breve, horn or bar; null where `key` shapes nothing here. */
function shape(bare, key, lower) {
  if (lower === "d") {
    if (/^đ/i.test(bare) && bare.length === 1) return (bare === "Đ" ? "D" : "d") + key;
    return /^d/i.test(bare) && !/^đ/i.test(bare) ? (bare[0] === "D" ? "Đ" : "đ") + bare.slice(1) : null;
  }
  if ("aeo".includes(lower)) return hat(bare, key, lower);
  return lower === "w" ? hook(bare, key) : null;
}

function hat(bare, key, letter) {
  const last = new RegExp(`${letter}([${CIRCUMFLEX}${BREVE}${HORN}]?)([^aeo]*)$`, "i").exec(bare);
  if (!last || (last[2] && /[\u0302]/.test(last[2]))) return null;
  const before = bare.slice(0, last.index + 1);
  if (last[1] === CIRCUMFLEX) return last[2] ? null : before + key; // aaa → aa
  return before + CIRCUMFLEX + last[2];
}

function hook(bare, key) {
  const both = /u\u031b?o\u031b?(?=[^\u0302]*$)/i.exec(bare);
  const alone = both && !both[0].includes(HORN) && both.index + 2 === bare.length;
  if (both && !alone && !/q$/i.test(bare.slice(0, both.index))) {
    const horned = both[0].replace(/\u031b/g, "").replace(/./g, `$&${HORN}`);
    return bare.slice(0, both.index) + horned + bare.slice(both.index + both[0].length);
  }
  const last = /([aou])([\u0302\u0306\u031b]?)([^aou]*)$/i.exec(bare);
  if (!last) return null;
  const added = last[1].toLowerCase() === "a" ? BREVE : HORN;
  const before = bare.slice(0, last.index + 1);
  if (last[2] === added) return last[3] ? null : before + key; // aww → aw
  return before + added + last[3];
}

/** Where the vowels of the syllable stand: [{index, letter}], without the u of "qu" and the i of "gi". */
function nucleus(bare) {
  let vowels = [...bare.matchAll(VOWEL)].map((found) => ({ index: found.index, letter: found[0] }));
  if (vowels.length > 1 && /^(qu|gi)/i.test(bare)) vowels = vowels.slice(1);
  return vowels.length ? vowels : null;
}

/** The tone goes on the shaped vowel, else on the last one before a consonant, else on the last but one. */
function place(bare, mark) {
  const vowels = mark && nucleus(bare);
  if (!vowels) return bare;
  const shaped = vowels.findLast(({ letter }) => letter.length > 1);
  const last = vowels.at(-1);
  const closed = last.index + last.letter.length < bare.length;
  const chosen = shaped ?? (closed || vowels.length === 1 ? last : vowels.at(-2));
  const end = chosen.index + chosen.letter.length;
  return bare.slice(0, end) + mark + bare.slice(end);
}
