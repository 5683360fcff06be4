/** A value that cannot be had back: it was tampered with, moved, or encrypted with a key that is not there. */
export class TransformError extends Error {
  override readonly name = 'TransformError';
}

export interface Restored {
  readonly value: Uint8Array;
  /** Whether a write would give the value another form than the one it is stored in. */
  readonly stale: boolean;
}

/** Gives values the form in which they are stored, and takes it back. */
export interface Transformer {
  /** Throws TransformError. @param path where the value is stored: some providers bind it to that. */
  fromStorage(stored: Uint8Array, path: string): Restored;
  toStorage(value: Uint8Array, path: string): Uint8Array;
}

export interface PrefixedTransformer {
  /** Stored values of this transformer begin with it; empty for one that takes all. */
  readonly prefix: Buffer;
  readonly transformer: Transformer;
}

/**
 * Several transformers in order: the first writes, and each reads what has its prefix. A value that one cannot read is
 * left to the next, since two may have the same prefix while a key is replaced.
 *
 * Upstream: staging/src/k8s.io/apiserver/pkg/storage/value/transformer.go
 */
export class PrefixTransformers implements Transformer {
  private readonly writer: PrefixedTransformer;

  /** @param unmatched what to say of a value that none of them takes. */
  constructor(
    private readonly transformers: readonly PrefixedTransformer[],
    private readonly unmatched: string,
  ) {
    const [first] = transformers;
    if (!first) throw new RangeError('there has to be a transformer that writes');
    this.writer = first;
  }

  fromStorage(stored: Uint8Array, path: string): Restored {
    const problems = new Set<string>();
    for (const [index, { prefix, transformer }] of this.transformers.entries()) {
      if (!startsWith(stored, prefix)) continue;
      try {
        const { value, stale } = transformer.fromStorage(stored.subarray(prefix.length), path);
        return { value, stale: stale || index > 0 };
      } catch (error) {
        if (!(error instanceof TransformError)) throw error;
        // One that takes all says nothing of a value that belongs to another.
        if (prefix.length > 0) problems.add(error.message);
      }
    }
    const [only] = problems;
    throw new TransformError(problems.size > 1 ? `[${[...problems].join(', ')}]` : (only ?? this.unmatched));
  }

  toStorage(value: Uint8Array, path: string): Uint8Array {
    const { prefix, transformer } = this.writer;
    const stored = transformer.toStorage(value, path);
    return prefix.length === 0 ? stored : Buffer.concat([prefix, stored]);
  }
}

export function startsWith(value: Uint8Array, prefix: Uint8Array): boolean {
  // Of most values, the first byte tells.
  return prefix.every((byte, index) => value[index] === byte);
}
