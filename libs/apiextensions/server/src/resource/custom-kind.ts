import { BinaryWriter } from '@bufbuild/protobuf/wire';
import {
  DecodeError,
  invalid,
  type ApiObject,
  type DescribedKind,
  type Findings,
  type ObjectSchema,
  type StatusError,
} from '@skiff/apimachinery';
import { apiVersionOf, parseJson, writeJson, type Codec } from '@skiff/contracts';
import { coerceEmbedded, prune, readMetadata, type Fields } from '@skiff/apiextensions-schema';
import type { CustomSchema } from './custom-schema';
import type { ServedNames } from './names';

/** The kind of a custom resource in one of its versions. */
export class CustomKind implements DescribedKind<ApiObject> {
  readonly group: string;
  readonly kind: string;
  readonly plural: string;
  readonly singular: string;
  readonly listKind: string;
  readonly namespaced: boolean;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  /** It has none. */
  readonly message = '';
  readonly listCodec = undefined;
  readonly wire = undefined;
  readonly codec: Codec<ApiObject>;
  private readonly apiVersion: string;

  constructor(
    names: ServedNames,
    readonly version: string,
    readonly custom: CustomSchema,
  ) {
    this.group = names.group;
    this.kind = names.kind;
    this.plural = names.plural;
    this.singular = names.singular;
    this.listKind = names.listKind;
    this.namespaced = names.namespaced;
    this.shortNames = names.shortNames;
    this.categories = names.categories;
    this.apiVersion = apiVersionOf(this);
    this.codec = {
      encode: (object, writer = new BinaryWriter()) => writer.raw(Buffer.from(writeJson(object))),
      decode: (input) => this.decode(input as Uint8Array),
    };
  }

  get schema(): ObjectSchema {
    return this.custom.objectSchema;
  }

  /**
   * A document as an object: without fields that the schema does not name. Of what it says of its kind nothing may be
   * wrong; where it says nothing, it is of this one. What has the wrong type is left for validation, but metadata.
   */
  readonly read = (document: object, findings: Findings): ApiObject => {
    const fields = document as Fields;
    const refused = this.whyOtherKind(fields);
    if (refused) throw refused;
    const unknown: string[] = [];
    const inMetadata: string[] = [];
    const metadata = readMetadata(fields['metadata'], inMetadata);
    const { structure } = this.custom;
    const object = coerceEmbedded(prune(fields, structure, unknown), structure, '', unknown) as Fields;
    if (unknown.length + inMetadata.length > 0)
      findings.unknownFields.push(...[...unknown, ...inMetadata.map((name) => `metadata.${name}`)].sort());
    return this.assembled(object, metadata);
  };

  /** An object of another version, whose fields are those of this one. */
  converted(object: ApiObject): ApiObject {
    const pruned = prune(object as Fields, this.custom.structure, []);
    return this.assembled(coerceEmbedded(pruned, this.custom.structure, '', []) as Fields, object.metadata);
  }

  /** What is stored may be older than the schema: it is pruned, and given defaults, as it is read. */
  private decode(bytes: Uint8Array): ApiObject {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');
    if (text === '') return { kind: this.kind, apiVersion: this.apiVersion };
    const stored = parseJson(text) as ApiObject;
    const { structure } = this.custom;
    const pruned = prune(stored as Fields, structure, []);
    const object = this.assembled(coerceOrKeep(pruned, this.custom), stored.metadata);
    this.custom.defaults(object);
    return object;
  }

  /** Kind, version and metadata come first, as in every other object. */
  private assembled(fields: Fields, metadata: ApiObject['metadata']): ApiObject {
    const { kind: _, apiVersion: __, metadata: ___, ...rest } = fields;
    return { kind: this.kind, apiVersion: this.apiVersion, ...(metadata && { metadata }), ...rest } as ApiObject;
  }

  private whyOtherKind({ kind = this.kind, apiVersion = this.apiVersion, metadata }: Fields): StatusError | undefined {
    const found = String(kind ?? '');
    const version = String(apiVersion ?? '');
    if (found === this.kind && version === this.apiVersion) return undefined;
    const wrong = (field: string, value: string, right: string) => ({
      reason: 'FieldValueInvalid',
      message: `Invalid value: ${JSON.stringify(value)}: must be ${right}`,
      field,
    });
    const group = version.includes('/') ? version.slice(0, version.indexOf('/')) : '';
    const { name } = (metadata ?? {}) as { name?: unknown };
    return invalid({ group, kind: found }, typeof name === 'string' ? name : '', [
      ...(found === this.kind ? [] : [wrong('kind', found, this.kind)]),
      ...(version === this.apiVersion ? [] : [wrong('apiVersion', version, this.apiVersion)]),
    ]);
  }
}

/** What was stored before a schema said that it is an object of Kubernetes need not be one. */
function coerceOrKeep(fields: Fields, { structure }: CustomSchema): Fields {
  try {
    return coerceEmbedded(fields, structure, '', []) as Fields;
  } catch (error) {
    if (error instanceof DecodeError) return fields;
    throw error;
  }
}
