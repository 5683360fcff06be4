const superscripts = '⁰¹²³⁴⁵⁶⁷⁸⁹';
const narrowSpace = '\u202f';

/** Rounded to even where two are as near, as Go rounds, unlike `toFixed`. */
function rounded(value: number, precision: number): string {
  // toFixed takes up to 100 digits; what comes after those of a double is zeros.
  if (precision > 100) return value.toFixed(100) + '0'.repeat(precision - 100);
  const text = Math.abs(value) < 1e21 ? value.toFixed(precision) : `${String(BigInt(value))}.${'0'.repeat(precision)}`;
  if (!isTie(value, precision)) return text.endsWith('.') ? text.slice(0, -1) : text;
  const last = Number(text.at(-1));
  return last % 2 === 0 ? text : (value - Math.sign(value) * 0.5 * 10 ** -precision).toFixed(precision);
}

/** Whether the double is exactly between two texts of so many digits. */
function isTie(value: number, precision: number): boolean {
  if (precision > 20 || Math.abs(value) >= 1e21) return false;
  const exact = value.toFixed(Math.min(100, precision + 60));
  const dot = exact.indexOf('.');
  return dot >= 0 && /^50*$/.test(exact.slice(dot + 1 + precision));
}

/** With commas between the thousands, as upstream's English has it. */
export function fixedPoint(value: number, precision: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '-∞';
  const [whole = '', fraction] = rounded(value, precision).split('.');
  const grouped = whole.replace(/\B(?=(?:\d{3})+$)/g, ',');
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

/** `1.052033 × 10⁰³`. */
export function scientific(value: number, precision: number): string {
  if (!Number.isFinite(value)) return fixedPoint(value, precision);
  const [digits = '', exponent = '0'] = value.toExponential(Math.min(precision, 100)).split('e');
  const power = Number(exponent);
  const raised = [...String(Math.abs(power)).padStart(2, '0')].map((digit) => superscripts[Number(digit)] ?? '');
  return `${digits}${narrowSpace}×${narrowSpace}10${power < 0 ? '⁻' : ''}${raised.join('')}`;
}
