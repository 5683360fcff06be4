import type { Kind, metav1 } from '@skiff/contracts';
import { badRequest, normalizeObject, type ApiObject, type ConnectOptions } from '@skiff/apimachinery';
import { parsePatch, type PatchKind } from '../operations/changes';
import type { ListOptions } from '../operations/list-options';
import type { WatchSink } from '../operations/watch-sink';
import type { Input, ObjectBody, OptionsKind, PatchBody, ReadOptions, WriteOptions } from './input';
import type { Outcome } from './outcome';
import type { Reply, Request } from './request';
import { validateDeleteOptions } from './write-options';

/** What a request brings, where it is at hand: each part only for the requests that need it. */
export interface Given {
  readonly resourceVersion?: string | undefined;
  readonly list?: ListOptions | undefined;
  readonly write?: ((kind: OptionsKind, applies?: boolean) => WriteOptions) | undefined;
  /** The object in canonical form. It becomes the server's: nobody else may change it from now on. */
  readonly object?: ((kind: Kind<ApiObject>, options: ReadOptions) => ApiObject) | undefined;
  readonly patch?: { readonly kind: PatchKind | 'apply'; readonly body: Buffer } | undefined;
  readonly deleteOptions?: metav1.DeleteOptions | undefined;
  /** Of a connection, with nothing left to defaults. */
  readonly connectOptions?: object | undefined;
  /** How long the message is that brought it. */
  readonly bytes?: number | undefined;
}

const noOptions: WriteOptions = { dryRun: false, fieldValidation: 'Ignore', fieldManager: '' };

/** What a request over gRPC, or one from within the process, brings. */
export class GivenInput implements Input {
  constructor(private readonly given: Given) {}

  timeout(): undefined {
    return undefined;
  }

  resourceVersion(): string | undefined {
    return this.given.resourceVersion;
  }

  listOptions(): ListOptions {
    return this.given.list ?? {};
  }

  writeOptions(kind: OptionsKind, applies?: boolean): WriteOptions {
    return this.given.write?.(kind, applies) ?? noOptions;
  }

  async object(kind: Kind<ApiObject>, options: ReadOptions): Promise<ObjectBody> {
    const { object, bytes = 0 } = this.given;
    if (!object) throw badRequest(`the request carries no ${kind.kind}`);
    return { object: object(kind, options), bytes };
  }

  async patch(): Promise<PatchBody> {
    const { patch, bytes = 0 } = this.given;
    if (!patch) throw badRequest('the request carries no patch');
    const { kind, body } = patch;
    if (kind === 'apply') return { kind, body, bytes };
    return { kind, patch: () => parsePatch(kind, body), bytes };
  }

  async deleteOptions(): Promise<metav1.DeleteOptions> {
    const { deleteOptions = {} } = this.given;
    validateDeleteOptions(deleteOptions);
    return deleteOptions;
  }

  connectOptions({ schema }: ConnectOptions): ApiObject {
    return normalizeObject<ApiObject>(schema, this.given.connectOptions ?? {}, { unknownFields: [] });
  }
}

/** For whoever takes the outcome of a request as it is. */
export class HeldReply implements Reply {
  code = 200;
  readonly bytes = undefined;
  private started: ((code: number) => void) | undefined;

  /** @param sink where the events of a watch go. */
  constructor(private readonly sink?: WatchSink) {}

  prepare(): void {
    // Whoever takes outcomes accepts each of them.
  }

  setHeaders(): void {
    // Whoever takes outcomes takes nothing beside them.
  }

  whenStarted(listener: (code: number) => void): void {
    this.started = listener;
  }

  send(outcome: Outcome, { signal }: Request): Promise<void> | void {
    this.code = codeOf(outcome);
    this.started?.(this.code);
    if (outcome.type === 'watch' && this.sink) return outcome.run(this.sink, signal);
  }

  fail(): void {
    // Whoever takes outcomes is thrown what a request fails of.
  }
}

/** The HTTP code that an outcome is told with. */
export const codeOf = (outcome: Outcome): number => (outcome.type === 'object' ? outcome.code : 200);

/** What a request brings whose message is not read yet. */
export const noInput: Input = new GivenInput({});
