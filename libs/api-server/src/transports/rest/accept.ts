/** What a client accepts, and how it wants objects shown. */
export interface Accept {
  readonly form: Form;
  /** Another kind in place of the object: a Table, or metadata alone. */
  readonly as: '' | Transform;
  /** The version that this other kind has. */
  readonly version: string;
}

export type Form = 'json' | 'protobuf' | 'yaml';
export type Transform = 'Table' | 'PartialObjectMetadata' | 'PartialObjectMetadataList' | 'APIGroupDiscoveryList';

export const contentTypes = {
  json: 'application/json',
  yaml: 'application/yaml',
  protobuf: 'application/vnd.kubernetes.protobuf',
} as const;

/** In which other kinds an answer can be shown, by their names. */
export type Transforms = ReadonlySet<Transform>;

export const noTransforms: Transforms = new Set();

const groups: Readonly<Record<Transform, { readonly group: string; readonly versions: readonly string[] }>> = {
  Table: { group: 'meta.k8s.io', versions: ['v1', 'v1beta1'] },
  PartialObjectMetadata: { group: 'meta.k8s.io', versions: ['v1', 'v1beta1'] },
  PartialObjectMetadataList: { group: 'meta.k8s.io', versions: ['v1', 'v1beta1'] },
  APIGroupDiscoveryList: { group: 'apidiscovery.k8s.io', versions: ['v2'] },
};

/** What a client accepts that does not say. */
export const jsonAccept: Accept = { form: 'json', as: '', version: '' };

interface Clause {
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
  readonly quality: number;
}

/**
 * The clause of an Accept header that the client likes best of those that can be served; undefined when there is none.
 * Upstream: staging/src/k8s.io/apiserver/pkg/endpoints/handlers/negotiation/negotiate.go.
 */
export function readAccept(header: string | undefined, transforms: Transforms = noTransforms): Accept | undefined {
  if (!header || header === '*/*' || header === contentTypes.json) return jsonAccept;
  for (const clause of clausesOf(header)) {
    const accept = acceptOf(clause, transforms);
    if (accept) return accept;
  }
  return undefined;
}

/** Whether a header names a media type that is served at all, whatever its parameters. */
export const acceptsSomeForm = (header: string): boolean => clausesOf(header).some(({ type }) => formOf(type));

function clausesOf(header: string): Clause[] {
  const clauses = header.split(',').map((text): Clause => {
    const [type = '', ...rest] = text.split(';').map((part) => part.trim());
    const parameters = new Map(rest.map((part) => part.split('=', 2) as [string, string]));
    const quality = Number(parameters.get('q') ?? 1);
    return { type, parameters, quality: Number.isNaN(quality) ? 1 : quality };
  });
  const vague = ({ type }: Clause): number => (type === '*/*' ? 2 : type.endsWith('/*') ? 1 : 0);
  return clauses.sort((a, b) => b.quality - a.quality || vague(a) - vague(b));
}

function formOf(type: string): Form | undefined {
  if (type === '*/*' || type === 'application/*' || type === contentTypes.json) return 'json';
  if (type === contentTypes.yaml) return 'yaml';
  return type === contentTypes.protobuf ? 'protobuf' : undefined;
}

function acceptOf({ type, parameters }: Clause, transforms: Transforms): Accept | undefined {
  const form = formOf(type);
  if (!form) return undefined;
  const as = parameters.get('as') ?? '';
  if (as === '') return { form, as, version: '' };
  if (!isTransform(as) || !transforms.has(as)) return undefined;
  const { group, versions } = groups[as];
  const version = parameters.get('v') ?? '';
  if (parameters.get('g') !== group || !versions.includes(version)) return undefined;
  // Tables have no form in protobuf.
  return as === 'Table' && form === 'protobuf' ? undefined : { form, as, version };
}

const isTransform = (name: string): name is Transform => Object.hasOwn(groups, name);
