import { createHash } from 'node:crypto';

/** What stands for a flow, evenly spread over 64 bits. */
export const hashOf = (schema: string, distinguisher: string): bigint =>
  createHash('sha256').update(schema).update('\0').update(distinguisher).digest().readBigUInt64LE();

/**
 * A hand of different cards of a deck, by a hash: other hashes have other hands, of which few have many cards in common.
 * Upstream: staging/src/k8s.io/apiserver/pkg/util/shufflesharding/dealer.go.
 */
export function deal(hash: bigint, deckSize: number, handSize: number): number[] {
  const hand: number[] = [];
  const remainders: number[] = [];
  let rest = hash;
  for (let index = 0; index < handSize; index += 1) {
    const left = BigInt(deckSize - index);
    remainders.push(Number(rest % left));
    rest /= left;
    // It counts the cards that are still in the deck.
    let card = remainders[index] ?? 0;
    for (let before = index - 1; before >= 0; before -= 1) if (card >= (remainders[before] ?? 0)) card += 1;
    hand.push(card);
  }
  return hand;
}
