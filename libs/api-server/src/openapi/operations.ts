import type { Kind } from '@skiff/contracts';
import {
  hasMessage,
  messageSchema,
  readerOf,
  schemaOf,
  type FieldSchema,
  type ObjectSchema,
  type ServedResource,
} from '@skiff/apimachinery';
import type { Definitions, Schema } from './definitions';
import { codeTexts, operationKinds, withoutMessages, type OperationKind, type OperationName } from './operation-kinds';
import { operationId, operationTag, type Place } from './operation-names';
import { optionParameters, parameter, sortParameters } from './parameters';

/** The schema of something of meta.v1. */
export const metaSchema = (name: string): ObjectSchema => messageSchema(`k8s.io.apimachinery.pkg.apis.meta.v1.${name}`);

type KindName = Pick<Kind, 'group' | 'version' | 'kind'>;

/** An operation, and where it stands. */
export interface Described {
  readonly name: OperationName;
  readonly method: string;
  readonly place: Place;
  /** What it is about where that is not the resource: the kind that a subresource reads and writes. */
  readonly kind?: KindName;
  /** What is taken and given. */
  readonly schema?: ObjectSchema;
  /** What has fields that may stand in the query besides. */
  readonly options?: ObjectSchema | undefined;
  /** The parameters of its path. */
  readonly path: readonly string[];
}

/** Describes what can be done with one resource, in a version of OpenAPI. */
export class Operations {
  constructor(
    private readonly served: ServedResource,
    private readonly definitions: Definitions,
  ) {}

  private get resource(): Kind {
    return this.served.kind;
  }

  describe(described: Described): Schema {
    const { name, method, place, kind: about = this.resource } = described;
    const { schema = schemaOf(this.resource) } = described;
    const kind = this.kindOf(name);
    const { group, version } = about;
    const takes = this.body(kind, schema);
    const parameters = [...this.bodyParameter(kind, takes), ...sortParameters(this.parameters(described, kind))];
    return {
      'x-kubernetes-action': kind.action,
      'x-kubernetes-group-version-kind': { group, version, kind: about.kind },
      operationId: operationId(this.resource, name, method, place),
      tags: [operationTag(this.resource)],
      ...(this.definitions.version === 2
        ? { schemes: ['https'], consumes: kind.consumes, produces: kind.produces }
        : requestBody(kind, takes)),
      ...(parameters.length ? { parameters } : {}),
      responses: this.responses(kind, schema),
    };
  }

  private parameters({ options, path }: Described, kind: OperationKind): Schema[] {
    const { version } = this.definitions;
    return [
      ...path.map((name) => parameter(version, name, 'path')),
      ...kind.options.flatMap((one) => optionParameters(version, metaSchema(one), kind.without)),
      ...(options ? optionParameters(version, options) : []),
      ...(kind.pretty ? [parameter(version, 'pretty', 'query')] : []),
    ];
  }

  private kindOf(name: OperationName): OperationKind {
    const kind: OperationKind = operationKinds[name];
    if (!readerOf(this.resource)) return kind;
    return { ...kind, consumes: withoutMessages(kind.consumes), produces: withoutMessages(kind.produces) };
  }

  private body({ takes }: OperationKind, schema: ObjectSchema): Schema | undefined {
    if (!takes) return undefined;
    return this.definitions.refer(takes === 'object' ? schema : metaSchema(takes));
  }

  /** In version 2, a body is a parameter. */
  private bodyParameter(kind: OperationKind, schema: Schema | undefined): Schema[] {
    if (!schema || this.definitions.version === 3) return [];
    return [{ name: 'body', in: 'body', ...(isRequired(kind) ? { required: true } : {}), schema }];
  }

  private responses(kind: OperationKind, given: ObjectSchema): Schema {
    const schema = this.answer(kind, given);
    const form = this.definitions.version === 3 ? { content: contentOf(kind.produces, schema) } : { schema };
    const answers = kind.codes.map((code) => [code, { description: codeTexts[code], ...form }] as const);
    return { ...Object.fromEntries(answers), 401: { description: 'Unauthorized' } };
  }

  private answer({ gives }: OperationKind, schema: ObjectSchema): Schema {
    switch (gives) {
      case 'text':
        return { type: 'string' };
      case 'object':
        return this.definitions.refer(schema);
      case 'deleted':
        return this.definitions.refer(this.served.answersDeleted ? schema : metaSchema('Status'));
      case 'list':
        return this.definitions.refer(listSchema(schema));
      default:
        return this.definitions.refer(metaSchema(gives));
    }
  }
}

/** The schema of a list of objects, where there is one. */
function listSchema(schema: ObjectSchema): ObjectSchema {
  const list = `${schema.name}List`;
  return hasMessage(list) ? messageSchema(list) : listOf(schema, list);
}

function listOf(schema: ObjectSchema, name: string): ObjectSchema {
  const { kind, document } = schema;
  if (!kind) return schema;
  const items: FieldSchema = {
    name: 'items',
    value: { type: 'list', element: schema },
    doc: 'The objects.',
    required: true,
  };
  const metadata: FieldSchema = { name: 'metadata', value: metaSchema('ListMeta'), doc: 'What is said of the list.' };
  const fields = new Map([items, metadata].map((field) => [field.name, field] as const));
  return {
    ...{ type: 'object', name, fields },
    kind: { ...kind, kind: `${kind.kind}List` },
    doc: `${kind.kind}List is a list of ${kind.kind}`,
    ...(document ? { document: { extensions: document.extensions } } : {}),
  };
}

/** Who deletes may say how, but need not. */
const isRequired = ({ takes }: OperationKind): boolean => takes !== 'DeleteOptions';

function requestBody(kind: OperationKind, takes: Schema | undefined): Schema {
  if (!takes) return {};
  return {
    requestBody: { content: contentOf(kind.consumes, takes), ...(isRequired(kind) ? { required: true } : {}) },
  };
}

export const contentOf = (types: readonly string[], schema: Schema): Schema =>
  Object.fromEntries(types.map((type) => [type, { schema }]));
