import { apiVersionOf } from '@skiff/contracts';
import type { ServedResource } from '@skiff/apimachinery';
import type { Definitions, Schema } from './definitions';
import { answerTypes } from './operation-kinds';
import { capital, groupName, groupVersionName, operationTag } from './operation-names';
import { contentOf, metaSchema } from './operations';

/** What can be read at a path that is no resource. */
interface Reading {
  readonly operationId: string;
  readonly tag: string;
  readonly description: string;
  /** The message of meta.v1 that is answered, or what the answer is called, or nothing where it is text. */
  readonly gives?: string | { readonly name: string; readonly schema: Schema };
  readonly consumes?: readonly string[];
  readonly produces: readonly string[];
}

const negotiated = { consumes: answerTypes, produces: answerTypes };

const text = { type: 'string' };
const required = [
  ...['major', 'minor', 'gitVersion', 'gitCommit', 'gitTreeState', 'buildDate', 'goVersion', 'compiler', 'platform'],
];
const version = {
  name: 'io.k8s.apimachinery.pkg.version.Info',
  schema: {
    description: 'Which API is served, and by what.',
    type: 'object',
    properties: Object.fromEntries(required.map((name) => [name, text])),
    required,
  },
};

/** The same on every server. */
const always: Readonly<Record<string, Reading>> = {
  '.well-known/openid-configuration': {
    operationId: 'getServiceAccountIssuerOpenIDConfiguration',
    tag: 'WellKnown',
    description: 'read how the issuer of tokens for service accounts is verified',
    produces: ['application/json'],
  },
  'openid/v1/jwks': {
    operationId: 'getServiceAccountIssuerOpenIDKeyset',
    tag: 'openid',
    description: 'read the public keys that tokens for service accounts are verified with',
    produces: ['application/jwk-set+json'],
  },
  version: {
    operationId: 'getCodeVersion',
    tag: 'version',
    description: 'read the version of the server',
    gives: version,
    consumes: ['application/json'],
    produces: ['application/json'],
  },
  api: {
    operationId: 'getCoreAPIVersions',
    tag: 'core',
    description: 'read the versions of the core group',
    gives: 'APIVersions',
    ...negotiated,
  },
  apis: {
    operationId: 'getAPIVersions',
    tag: 'apis',
    description: 'read the groups and their versions',
    gives: 'APIGroupList',
    ...negotiated,
  },
};

/** The name of the document of a group's version: `api/v1`, `apis/apps/v1`. */
export const documentOf = (kind: { readonly group: string; readonly version: string }): string =>
  `${kind.group ? 'apis' : 'api'}/${apiVersionOf(kind)}`;

/** What is read besides resources, by the path without its slashes at both ends. */
function readings(resources: readonly ServedResource[]): Record<string, Reading> {
  const all: Record<string, Reading> = { ...always };
  for (const { kind } of resources) {
    all[documentOf(kind)] = {
      operationId: `get${groupVersionName(kind)}APIResources`,
      tag: operationTag(kind),
      description: 'read which resources there are',
      gives: 'APIResourceList',
      ...negotiated,
    };
    if (!kind.group) continue;
    all[`apis/${kind.group}`] = {
      operationId: `get${capital(groupName(kind.group))}APIGroup`,
      tag: groupName(kind.group),
      description: 'read the versions of the group',
      gives: 'APIGroup',
      ...negotiated,
    };
  }
  return all;
}

/** The documents of version 3, each by the path that it is about. */
export const documentNames = (resources: readonly ServedResource[]): string[] =>
  Object.keys(readings(resources)).sort();

/** The paths of what is read besides resources, or the one of a document. */
export function otherPathsOf(
  resources: readonly ServedResource[],
  definitions: Definitions,
  document?: string,
): Record<string, Schema> {
  const all = Object.entries(readings(resources)).filter(([name]) => document === undefined || name === document);
  return Object.fromEntries(all.map(([name, reading]) => [`/${name}/`, { get: describe(reading, definitions) }]));
}

function describe(reading: Reading, definitions: Definitions): Schema {
  const { operationId, tag, description, consumes, produces } = reading;
  const schema = answer(reading, definitions);
  const isV2 = definitions.version === 2;
  return {
    description,
    operationId,
    tags: [tag],
    ...(isV2 ? { schemes: ['https'], ...(consumes ? { consumes } : {}), produces } : {}),
    responses: {
      200: { description: 'OK', ...(isV2 ? { schema } : { content: contentOf(produces, schema) }) },
      401: { description: 'Unauthorized' },
    },
  };
}

function answer({ gives }: Reading, definitions: Definitions): Schema {
  if (gives === undefined) return text;
  return typeof gives === 'string'
    ? definitions.refer(metaSchema(gives))
    : definitions.add(gives.name, () => gives.schema);
}
