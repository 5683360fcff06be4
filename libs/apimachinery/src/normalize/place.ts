import { DecodeError, goTypeOfJson, type Findings } from './problem';

/** Where in a document a value stands; made into text only when something is wrong. */
export interface Place {
  readonly parent: Place | undefined;
  readonly step: string | number;
  /** Whether the step is the key of a map, which Go does not tell in what it says of types. */
  readonly isKey?: boolean;
  /** The Go struct that has the field, for decode errors. */
  readonly struct: string;
}

export type Read = (value: unknown, place: Place, findings: Findings) => unknown;

/** The text of a path, as upstream writes it in errors. */
export function pathOf(place: Place | undefined): string {
  const steps: string[] = [];
  for (let at = place; at; at = at.parent)
    if (at.step !== '') steps.unshift(typeof at.step === 'number' ? `[${at.step}]` : `.${at.step}`);
  return steps.join('').replace(/^\./, '');
}

/** The names of the fields that lead to a place. */
export function fieldsOf(place: Place | undefined): string {
  const names: string[] = [];
  for (let at = place; at; at = at.parent)
    if (typeof at.step === 'string' && at.step !== '' && !at.isKey) names.unshift(at.step);
  return names.join('.');
}

export function mismatch(value: unknown, place: Place, goType: string): DecodeError {
  const path = fieldsOf(place);
  return new DecodeError(
    `json: cannot unmarshal ${goTypeOfJson(value)} into Go struct field ${place.struct}.${path} of type ${goType}`,
    { value, goType },
  );
}
