import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { nodeName } from '../cluster/compose-pki';
import { UserError } from '../errors';
import { tryLock } from '../machine/lock';

/** One of the places that the nodes of a project share out among themselves. */
export interface Slot {
  /** The name of the node that holds it. */
  readonly name: string;
  /** What the holder keeps here, it finds again when it holds the slot again. */
  readonly folder: string;
  /** Gives it up before this process ends. */
  release(): void;
}

/** Volumes of pods lie in it, and a lock that anybody could open anybody could hold. */
const ownersAlone = 0o700;

/**
 * Takes the lowest slot that no other process holds, for as long as this process lives. So nodes that are
 * made of one description have names of their own, and find their state again after they were replaced.
 * Throws when all are taken.
 */
export async function takeSlot(root: string, count: number): Promise<Slot> {
  mkdirSync(root, { recursive: true, mode: ownersAlone });
  for (let number = 1; number <= count; number += 1) {
    const slot = await take(root, nodeName(number));
    if (slot) return slot;
  }
  throw new Error(`all ${count} slots in ${root} are taken: more nodes need more certificates`);
}

/** Takes the slot of a node that has a name of its own. Throws when another process holds it. */
export async function takeNamedSlot(root: string, name: string): Promise<Slot> {
  mkdirSync(root, { recursive: true, mode: ownersAlone });
  const slot = await take(root, name);
  if (!slot) throw new UserError(`${name} runs on this machine already, with its state in ${join(root, name)}`);
  return slot;
}

async function take(root: string, name: string): Promise<Slot | undefined> {
  const folder = join(root, name);
  const release = await tryLock(`${folder}.lock`);
  if (!release) return undefined;
  mkdirSync(folder, { recursive: true, mode: ownersAlone });
  return { name, folder, release };
}
