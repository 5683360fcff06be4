import {
  applyMergePatch,
  DecodeError,
  normalizeObject,
  StatusError,
  messageSchema,
  type Json,
} from '@skiff/apimachinery';
import { apiVersionOf, type Kind, Kinds, type metav1 } from '@skiff/contracts';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { applyDefaults } from './resource-of';
import { validateCreate, validateUpdate } from './testing/by-kind';
import { prepare } from './testing/prepare';

interface Step {
  readonly method: string;
  readonly path?: string;
  readonly body?: Json;
  readonly contentType?: string;
  readonly expect?: { readonly status: number; readonly body: { reason?: string; message?: string } };
}

interface Meta {
  metadata?: metav1.ObjectMeta;
}

/** What upstream 1.20 says differently from 1.35, and why. */
const reworded: readonly (readonly [RegExp, string, string])[] = [
  [/map\[string\]string(\{[^}]*\})/g, '$1', 'values are shown as JSON'],
  [
    /v1\.LabelSelector\{MatchLabels:(\{[^}]*\}), MatchExpressions:\[\]v1\.LabelSelectorRequirement\(nil\)\}/g,
    '{"matchLabels":$1}',
    'values are shown as JSON',
  ],
  [/intstr\.IntOrString\{Type:1, IntVal:0, StrVal:("[^"]*")\}/g, '$1', 'values are shown as JSON'],
  [
    /rbac\.RoleRef\{APIGroup:("[^"]*"), Kind:("[^"]*"), Name:("[^"]*")\}/g,
    '{"APIGroup":$1,"Kind":$2,"Name":$3}',
    'values are shown as JSON: here of an internal type, whose fields have no JSON names',
  ],
  [
    /`spec\.containers\[\*\]\.image`, `spec\.initContainers\[\*\]\.image`, `spec\.activeDeadlineSeconds` or `spec\.tolerations` \(only additions to existing tolerations\)[^]*/,
    '`spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)',
    'a grace period may change too, and the difference is shown in another form',
  ],
];

/** Refused by others than validation: allocators, other kinds, the request itself. */
const elsewhere =
  /valid range|cannot unmarshal|PEM block|Options\.meta|Scale\.autoscaling|the server rejected|Thing\.|CustomResourceDefinition/;

const expected = (message: string): string => reworded.reduce((text, [from, to]) => text.replace(from, to), message);

const namespace = 'golden';

const scenarios = readFileSync(join(__dirname, '../../api-server/fixtures/scenarios.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line.replaceAll('$NS', namespace)) as { scenario: string; steps: Step[] });

const kinds = new Map<string, Kind<Meta>>(
  Object.values(Kinds).map((kind) => {
    const root = kind.group === '' ? '/api/' : '/apis/';
    return [`${root}${apiVersionOf(kind)}/${kind.plural}`, kind as unknown as Kind<Meta>];
  }),
);

function read(kind: Kind<Meta>, body: Json, old: Meta | undefined): Meta {
  const object = normalizeObject<Meta>(messageSchema(kind.message), body, { unknownFields: [] });
  object.metadata = { ...object.metadata, ...(kind.namespaced ? { namespace } : {}), ...serverSet(old) };
  applyDefaults(kind, object);
  prepare(object);
  return object;
}

/** The object, or undefined for what cannot even be read. */
function decoded(kind: Kind<Meta>, body: Json, old: Meta | undefined): Meta | undefined {
  try {
    return read(kind, body, old);
  } catch (error) {
    if (error instanceof DecodeError) return undefined;
    throw error;
  }
}

function serverSet(old: Meta | undefined): metav1.ObjectMeta {
  const { uid, creationTimestamp, deletionTimestamp } = old?.metadata ?? {};
  return {
    ...(uid === undefined ? {} : { uid }),
    ...(creationTimestamp === undefined ? {} : { creationTimestamp }),
    ...(deletionTimestamp === undefined ? {} : { deletionTimestamp }),
  };
}

function failure(action: () => void): string | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    if (error instanceof StatusError) return error.message;
    throw error;
  }
}

/** A step that writes an object itself, not a subresource, with JSON in full or as a merge patch. */
function writes(step: Step): { kind: Kind<Meta>; name: string | undefined } | undefined {
  if (typeof step.path !== 'string' || /\/(authentication|authorization)\.k8s\.io\//.test(step.path)) return undefined;
  const path = (step.path.split('?')[0] ?? '').replace(`/namespaces/${namespace}/`, '/');
  const collection = kinds.get(path);
  if (step.method === 'POST' && collection) return { kind: collection, name: undefined };
  const kind = kinds.get(path.slice(0, path.lastIndexOf('/')));
  const whole =
    step.method === 'PUT' || (step.method === 'PATCH' && step.contentType === 'application/merge-patch+json');
  return kind && whole ? { kind, name: path.slice(path.lastIndexOf('/') + 1) } : undefined;
}

describe('what upstream refuses is refused, word for word, and what it takes is taken', () => {
  let checked = 0;

  it.each(scenarios)('$scenario', ({ steps }) => {
    const objects = new Map<string, Meta>();
    for (const step of steps) {
      const target = writes(step);
      if (step.method === 'DELETE')
        for (const object of objects.values()) (object.metadata ??= {}).deletionTimestamp = '2026-01-01T00:00:00Z';
      if (!target || typeof step.body !== 'object' || step.body === null || step.path?.includes('dryRun')) continue;
      const { status = 201, body } = step.expect ?? {};
      const refused = status === 422 && body?.reason === 'Invalid' && !elsewhere.test(body.message ?? '');
      if (status >= 300 && !refused) continue;
      const { kind } = target;
      const key = (name: string): string => `${kind.plural}/${name}`;
      const old = target.name === undefined ? undefined : objects.get(key(target.name));
      if (target.name !== undefined && !old) continue;
      const wanted = step.method === 'PATCH' ? applyMergePatch(old as unknown as Json, step.body) : step.body;
      const object = decoded(kind, wanted, old);
      if (!object) continue;
      if (kind === (Kinds.Pod as unknown)) {
        const { spec } = object as { spec?: { serviceAccountName?: string } };
        if (spec && !refused) spec.serviceAccountName ??= 'default';
      }
      if (kind === (Kinds.CustomResourceDefinition as unknown))
        Object.assign(object, { status: { storedVersions: ['v1'] } });
      const message = failure(() => (old ? validateUpdate(kind, object, old, '') : validateCreate(kind, object)));
      checked += 1;
      if (refused) {
        const text = expected(body?.message ?? '');
        expect(message?.slice(0, text.length)).toBe(text);
      } else {
        expect(message).toBeUndefined();
        objects.set(key(object.metadata?.name ?? ''), object);
      }
    }
  });

  it('checked many steps', () => {
    expect(checked).toBeGreaterThan(100);
  });
});
