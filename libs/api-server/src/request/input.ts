import type { Kind, metav1 } from '@skiff/contracts';
import type { Json, ApiObject, ConnectOptions } from '@skiff/apimachinery';
import type { SentChoices } from '../admission/options';
import type { FieldValidation } from '../decoding/decode';
import type { Scheme } from '../decoding/scheme';
import type { PatchKind } from '../operations/changes';
import type { ListOptions } from '../operations/list-options';

/** The kinds of options of writes, as errors name them. */
export type OptionsKind = 'CreateOptions' | 'UpdateOptions' | 'PatchOptions';

export interface WriteOptions {
  readonly dryRun: boolean;
  readonly fieldValidation: FieldValidation;
  readonly fieldManager: string;
  /** Whether who applies takes fields from others. Default: false. */
  readonly force?: boolean;
  /** The same as they were sent; absent for what comes with none. */
  readonly sent?: SentChoices;
}

/** How what a body says of fields that there are not is dealt with. */
export interface ReadOptions {
  readonly fieldValidation: FieldValidation;
  /** What a document may be that is of another kind. */
  readonly scheme: Scheme;
  /** Other apiVersions whose objects are read as the kind's; default: none. */
  readonly readAlso?: readonly string[];
  warn(text: string): void;
}

/** An object as a request brings it, in canonical form, and how many bytes it took. */
export interface ObjectBody {
  readonly object: ApiObject;
  readonly bytes: number;
}

export type PatchBody = ChangeBody | ApplyBody;

export interface ChangeBody {
  readonly kind: PatchKind;
  /** Reads it; throws BadRequest for what is no patch. */
  readonly patch: () => Json;
  readonly bytes: number;
}

interface ApplyBody {
  readonly kind: 'apply';
  /** What is applied: YAML, which JSON is. */
  readonly body: Buffer;
  readonly bytes: number;
}

/**
 * What a request brings beside its name: REST reads it from query and body, others have it at hand. It is
 * read once it is known that the request may be made. What cannot be read throws BadRequest or Invalid.
 */
export interface Input {
  /** How long its client waits, in milliseconds; undefined for as long as the server likes. */
  timeout(): number | undefined;
  /** How new a read of one object has to be. */
  resourceVersion(): string | undefined;
  listOptions(): ListOptions;
  /** @param applies whether a patch is server-side apply; default: false. */
  writeOptions(kind: OptionsKind, applies?: boolean): WriteOptions;
  object(kind: Kind<ApiObject>, options: ReadOptions): Promise<ObjectBody>;
  /** @param of what is patched. */
  patch(of: Kind<ApiObject>): Promise<PatchBody>;
  deleteOptions(options: Pick<ReadOptions, 'scheme' | 'warn'>): Promise<metav1.DeleteOptions>;
  /** @param path what follows the subresource in the path. */
  connectOptions(options: ConnectOptions, path: string): ApiObject;
}
