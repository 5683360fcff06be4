import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { applyDefaults } from '@skiff/resources';
import { manageUpdate, normalizeObject, type ApiObject, messageSchema } from '@skiff/apimachinery';
import { Kinds, type Kind, apiVersionOf } from '@skiff/contracts';

interface Step {
  readonly method: string;
  readonly path: string;
  readonly body?: ApiObject;
  readonly expect?: { readonly status: number; readonly body: ApiObject };
}

const scenarios = readFileSync(join(__dirname, '../../../fixtures/scenarios.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as { scenario: string; steps: Step[] });

/** Of kinds that have the same fields and defaults today. */
const unchanged =
  /minimal (pod|Deployment|ReplicaSet)|Recreate|(ConfigMap|Endpoints|PersistentVolume|PodTemplate|Ingress|NetworkPolicy|ControllerRevision|ClusterRole) as/;

/** Recorded creations of objects that have managers. */
const creations = scenarios.flatMap(({ scenario, steps }) => {
  const [step] = steps;
  const { body, expect: answer } = step ?? {};
  return unchanged.test(scenario) &&
    step?.method === 'POST' &&
    body &&
    answer?.status === 201 &&
    answer.body.metadata?.managedFields
    ? [{ scenario, body, managedFields: answer.body.metadata.managedFields }]
    : [];
});

function kindOf(object: ApiObject): Kind<ApiObject> {
  const found = Object.values(Kinds).find(
    (kind) => kind.kind === object.kind && `${kind.group ? `${kind.group}/` : ''}${kind.version}` === object.apiVersion,
  );
  if (!found) throw new Error(`no kind ${object.apiVersion} ${object.kind}`);
  return found as Kind<ApiObject>;
}

describe('the fields that a creation owns', () => {
  it.each(creations)('are as upstream recorded: $scenario', ({ body, managedFields }) => {
    const kind = kindOf(body);
    const schema = messageSchema(kind.message);
    const object = normalizeObject<ApiObject>(schema, body, { unknownFields: [] });
    applyDefaults(kind, object);
    const manager = { name: '', subresource: '', apiVersion: apiVersionOf(kind), time: '<volatile>' };
    expect(manageUpdate(schema, kind.codec.decode(new Uint8Array(0)), object, manager)).toEqual(managedFields);
  });
});
