const suffixes: Record<string, number> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/** The value of a quantity that the API server has validated; 0 for none. */
export function quantityValue(quantity: string | undefined): number {
  if (quantity === undefined || quantity === '') return 0;
  const match = /^([+-]?[0-9.]+)(?:([eE][+-]?[0-9]+)|([a-zA-Z]*))$/.exec(quantity);
  if (match === null) throw new Error(`unable to parse quantity ${JSON.stringify(quantity)}`);
  const [, digits = '', exponent = '', suffix = ''] = match;
  const factor = suffixes[suffix];
  if (factor === undefined) throw new Error(`unable to parse quantity ${JSON.stringify(quantity)}`);
  return Number(`${digits}${exponent}`) * factor;
}

/** Thousandths, rounded up. */
export function quantityMilliValue(quantity: string | undefined): number {
  return Math.ceil(quantityValue(quantity) * 1000 - 1e-6);
}
