/** Gives so many random bytes, never the same twice. */
export type Nonces = (bytes: number) => Uint8Array;

export const tooShort = 'the stored data was shorter than the required size';
