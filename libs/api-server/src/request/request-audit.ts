import type { ApiObject, Json } from '@skiff/apimachinery';
import type { Kind } from '@skiff/contracts';
import type { UserInfo } from '../auth/user';

/** Hears what the audit log may want to know of a request. */
export interface RequestAudit {
  /** Notes something; what a key says first stays. */
  readonly annotate: (key: string, value: string) => void;
  /** Somebody else is acted for. */
  impersonates(user: UserInfo): void;
  /** What was sent. */
  requestObject(kind: Kind<ApiObject>, object: ApiObject): void;
  /** The patch that was sent, or other JSON that is no object of the resource. */
  requestJson(value: Json | object): void;
}
