import { StatusError } from '@skiff/apimachinery';
import type { AdmissionReader, AdmissionRequest, Authorizer } from '@skiff/api-server/admission';

export interface NodeRestrictionOptions {
  readonly reader: AdmissionReader;
  readonly authorizer: Authorizer;
}

/** A write of a kubelet, and the name of its node. */
export interface NodeWrite {
  readonly request: AdmissionRequest;
  readonly node: string;
}

export const quote = (text: string | undefined): string => JSON.stringify(text ?? '');

/** Whom a write is about; the name of a new object is in the object. */
export const nameOf = ({ name, object }: AdmissionRequest): string => name || (object?.metadata?.name ?? '');

/** What upstream's listers say of an object that is not there: they name the kind, and not the resource. */
export const missing = (kind: string, name: string): StatusError =>
  new StatusError(404, 'NotFound', `${kind} ${quote(name)} not found`, { name, kind });
