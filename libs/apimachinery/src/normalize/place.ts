import { DecodeError, goTypeOfJson, type Findings } from './problem';

/** Where in a document a value stands; made into text only when something is wrong. */
export interface Place {
  readonly parent: Place | undefined;
  readonly step: string | number;
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

export function mismatch(value: unknown, place: Place, goType: string): DecodeError {
  const path = pathOf(place).replace(/\[\d+\]/g, '');
  return new DecodeError(
    `json: cannot unmarshal ${goTypeOfJson(value)} into Go struct field ${place.struct}.${path} of type ${goType}`,
    { value, goType },
  );
}
