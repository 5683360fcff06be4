import type { UserInfo } from '../auth/user';
import type { ApiObject } from '@skiff/apimachinery';
import type { AdmissionTarget } from './target';

export type Operation = 'CREATE' | 'UPDATE' | 'DELETE' | 'CONNECT';

/** What the client says of how it writes: CreateOptions, UpdateOptions or DeleteOptions of meta.k8s.io/v1. */
export type OperationOptions = Readonly<Record<string, unknown>> & {
  readonly kind: `${'Create' | 'Update' | 'Delete'}Options`;
  readonly apiVersion: 'meta.k8s.io/v1';
};

/** A write on its way to the store, with the names of AdmissionReview. */
export interface AdmissionRequest<T extends ApiObject | undefined = ApiObject | undefined> extends AdmissionTarget {
  /** The same for all requests for the resource, so that something may be kept by it. */
  readonly target: AdmissionTarget;
  /** Names this request alone; made when it is first read. */
  readonly uid: string;
  readonly operation: Operation;
  /** Empty for cluster-scoped objects. */
  readonly namespace: string;
  /** Empty when it is yet to be generated, and for a deletion of many. */
  readonly name: string;
  readonly userInfo: UserInfo;
  readonly dryRun: boolean;
  /** Made when it is first read; undefined for a connection. */
  readonly options: OperationOptions | undefined;
  /** What is to be written, in canonical form. Undefined for a deletion. Only mutating plugins may change it. */
  readonly object: T;
  /** What is stored; undefined for a creation. It must not be changed. */
  readonly oldObject: T | undefined;
  /** Aborts when nobody waits for the write any longer; absent for what the server writes of its own. */
  readonly signal: AbortSignal | undefined;
  /** Whether mutating plugins see it once more, because one of them asked for that. */
  readonly isReinvocation: boolean;
  /** What plugins noted, for the audit log. */
  readonly annotations: ReadonlyMap<string, string>;
  /**
   * Notes something for the audit log, under a key such as `pod-security.kubernetes.io/enforce-policy`. Throws a
   * RangeError for a key of another form, and when the key has another value already.
   */
  annotate(key: string, value: string): void;
  /** Tells the user something, without refusing. */
  warn(message: string): void;
}
