// What may be typed on the number pad, and when it is complete. Checks form only; whether it is true the appliance judges.

/** The twelve digits of an ID card (Circular 07/2016/TT-BCA): grouped for reading back. */
export const CARD_NUMBER = {
  groups: [3, 3, 3, 3],
  between: "",
  least: 12,
  check: (digits) => ({ value: digits }),
  state: (digits) =>
    digits.length < 12 ? { key: "digits_left", n: 12 - digits.length } : { key: "digits_enough", n: 12, good: true },
};

/** A date as day, month, year; the value is ISO 8601. An impossible date is refused, never rolled over. */
export const DATE = {
  groups: [2, 2, 4],
  between: "/",
  least: 8,
  hint: "date_hint",
  check: (digits) => {
    const value = isoDate(digits);
    return value ? { value } : null;
  },
  state: (digits) => {
    if (digits.length === 8) return isoDate(digits) ? { key: "date_right", good: true } : { key: "date_wrong", bad: true };
    return impossibleSoFar(digits) ? { key: "date_wrong", bad: true } : { key: "date_left" };
  },
};

/** A number of at most `most` digits. */
export function digitsUpTo(most) {
  const groups = [];
  for (let left = most; left > 0; left -= 4) groups.push(Math.min(4, left));
  return {
    groups,
    between: "",
    least: 1,
    check: (digits) => ({ value: digits }),
    state: (digits) => ({ key: "digits_some", n: digits.length }),
  };
}

/** ddmmyyyy → yyyy-mm-dd, or null where the calendar has no such day. */
export function isoDate(digits) {
  const [day, month, year] = [digits.slice(0, 2), digits.slice(2, 4), digits.slice(4)].map(Number);
  if (digits.length !== 8 || year < 1900) return null;
  const date = new Date(Date.UTC(year, month - 1, day));
  const real = date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return real ? date.toISOString().slice(0, 10) : null;
}

function impossibleSoFar(digits) {
  const day = Number(digits.slice(0, 2));
  const month = Number(digits.slice(2, 4));
  return (digits.length >= 2 && (day < 1 || day > 31)) || (digits.length >= 4 && (month < 1 || month > 12));
}
