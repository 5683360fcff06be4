import type { UserInfo } from '../auth/user';
import { qualifiedName, type ApiObject, type GroupVersionKind } from '@skiff/apimachinery';
import type { AdmissionRequest, Operation, OperationOptions } from './request';
import type { AdmissionTarget, GroupVersionResource } from './target';

/** What a request says beside what it is about. */
export interface AdmissionInput<T extends ApiObject | undefined> {
  readonly operation: Operation;
  readonly namespace: string;
  readonly name: string;
  readonly userInfo: UserInfo;
  readonly dryRun: boolean;
  readonly object: T;
  readonly oldObject?: ApiObject | undefined;
  /** Asked at most once, when a plugin wants to know. */
  readonly options: () => OperationOptions | undefined;
  /** Makes a UUID; asked at most once, when a plugin wants to know. */
  readonly uid: () => string;
  /** Is told what plugins note for the audit log. */
  readonly annotate?: ((key: string, value: string) => void) | undefined;
  readonly warn: (message: string) => void;
  /** Whether its client has gone; its signal is asked for only by who waits for something. */
  readonly departure?: { readonly signal: AbortSignal } | undefined;
}

/**
 * A request as the chain passes it on: the object is what the plugins so far made of it.
 *
 * Upstream: staging/src/k8s.io/apiserver/pkg/admission/attributes.go.
 */
export class AdmissionAttributes<T extends ApiObject | undefined = ApiObject | undefined> implements AdmissionRequest {
  object: T;
  isReinvocation = false;
  private ownUid: string | undefined;
  private ownOptions: OperationOptions | undefined;
  private noted: Map<string, string> | undefined;

  constructor(
    readonly target: AdmissionTarget,
    private readonly input: AdmissionInput<T>,
  ) {
    this.object = input.object;
  }

  get kind(): GroupVersionKind {
    return this.target.kind;
  }

  get resource(): GroupVersionResource {
    return this.target.resource;
  }

  get subresource(): string {
    return this.target.subresource;
  }

  get requestKind(): GroupVersionKind {
    return this.target.requestKind;
  }

  get requestResource(): GroupVersionResource {
    return this.target.requestResource;
  }

  get requestSubResource(): string {
    return this.target.requestSubResource;
  }

  get uid(): string {
    return (this.ownUid ??= this.input.uid());
  }

  get operation(): Operation {
    return this.input.operation;
  }

  get namespace(): string {
    return this.input.namespace;
  }

  get name(): string {
    return this.input.name;
  }

  get userInfo(): UserInfo {
    return this.input.userInfo;
  }

  get dryRun(): boolean {
    return this.input.dryRun;
  }

  get options(): OperationOptions | undefined {
    return (this.ownOptions ??= this.input.options());
  }

  get oldObject(): ApiObject | undefined {
    return this.input.oldObject;
  }

  get signal(): AbortSignal | undefined {
    return this.input.departure?.signal;
  }

  get annotations(): ReadonlyMap<string, string> {
    return this.noted ?? noAnnotations;
  }

  annotate(key: string, value: string): void {
    const known = this.noted?.get(key);
    if (known === value) return;
    if (known !== undefined) throw new RangeError(`the annotation ${key} is ${known}, and cannot become ${value}`);
    if (key.split('/').length !== 2 || qualifiedName(key).length > 0)
      throw new RangeError(`${key} is no key of an annotation: it needs a domain, a slash and a name`);
    (this.noted ??= new Map()).set(key, value);
    this.input.annotate?.(key, value);
  }

  warn(message: string): void {
    this.input.warn(message);
  }
}

const noAnnotations: ReadonlyMap<string, string> = new Map();
