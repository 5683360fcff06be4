import { messageSchema } from '../schema/message-schema';
import type { Json } from '../patch/json';
import { whyNotTyped } from './validate-typed';

const schema = messageSchema('k8s.io.api.apps.v1.Deployment');
const why = (spec: Json): string | undefined =>
  whyNotTyped(schema, { kind: 'Deployment', apiVersion: 'apps/v1', spec });
const container = (fields: Json): Json => ({ template: { spec: { containers: [fields] } } });

describe('What keeps a value from being of its schema', () => {
  it('is nothing for what is right, and for null', () => {
    expect(why({ replicas: 1, selector: null, template: { metadata: { creationTimestamp: null } } })).toBeUndefined();
    expect(why(container({ name: 'c', resources: { limits: { cpu: 1 } } }))).toBeUndefined();
  });

  it.each([
    [{ wombat: 1 }, '.spec.wombat: field not declared in schema'],
    [{ replicas: 'x' }, '.spec.replicas: expected numeric (int or float), got string'],
    [{ replicas: [] }, '.spec.replicas: expected numeric (int or float), got []interface {}'],
    [
      { paused: { a: 1 } },
      '.spec.paused: expected boolean, got &value.valueUnstructured{Value:map[string]interface {}{"a":1}}',
    ],
    [{ template: [{ a: null }] }, '.spec.template: expected map, got &{[map[a:<nil>]]}'],
    [
      container('x'),
      '.spec.template.spec.containers: element 0: associative list with keys may not have non-map elements',
    ],
    [
      container(null),
      '.spec.template.spec.containers: element 0: associative list with keys may not have a null element',
    ],
    [
      container({}),
      '.spec.template.spec.containers: element 0: associative list with keys has an element that omits all key fields ["name"] (and doesn\'t have default values for any key fields)',
    ],
    [
      container({ name: 'c', ports: [{ containerPort: 1 }, { containerPort: 1, protocol: 'TCP' }] }),
      '.spec.template.spec.containers[name="c"].ports: duplicate entries for key [containerPort=1,protocol="TCP"]',
    ],
    [
      { template: { metadata: { finalizers: ['a', 'a'] } }, replicas: true },
      'errors:\n  .spec.replicas: expected numeric (int or float), got bool\n  .spec.template.metadata.finalizers: duplicate entries for key [="a"]',
    ],
  ])('is told in the words of structured-merge-diff: %j', (spec, message) => {
    expect(why(spec as Json)).toBe(message);
  });

  it('is told of no more than 100 times', () => {
    const args = Array.from({ length: 1_000 }, () => 5);
    expect(why(container({ name: 'c', args }))?.split('\n')).toHaveLength(101);
  });
});
