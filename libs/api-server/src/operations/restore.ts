import type { DecodeError } from '@skiff/apimachinery';
import { ExactInteger } from '@skiff/contracts';

/**
 * Why a value cannot stand where a Go type is wanted, in the words of the converter that reads the
 * result of a strategic merge: it works on values, and so speaks of their kinds and not of JSON.
 *
 * Upstream: staging/src/k8s.io/apimachinery/pkg/runtime/converter.go.
 */
export function explainRestore({ message, mismatch }: DecodeError): string {
  if (!mismatch) return message;
  const { value, goType } = mismatch;
  const kind = kindOf(value);
  if (goType.startsWith('[]')) return `cannot restore slice from ${kind}`;
  if (goType.startsWith('map[')) return `cannot restore map from ${kind}`;
  if (goType.includes('.')) return `cannot restore struct from: ${kind}`;
  return convertible(kind, goType) ? `cannot convert ${kind} to ${goType}` : `unrecognized type: ${goType}`;
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'slice';
  if (value instanceof ExactInteger) return value.isInt64 ? 'int64' : 'float64';
  if (typeof value === 'object') return 'map';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int64' : 'float64';
  return typeof value === 'boolean' ? 'bool' : 'string';
}

/** Go converts whole numbers to text, and numbers to each other, but the converter does not want that. */
const convertible = (kind: string, goType: string): boolean =>
  kind === 'int64' ? goType !== 'bool' : kind === 'float64' && /^(u?int|float)/.test(goType);
