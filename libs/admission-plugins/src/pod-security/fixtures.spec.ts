import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Kinds, type corev1 } from '@skiff/contracts';
import { normalizeObject, StatusError, validateCreate, messageSchema } from '@skiff/apimachinery';
import { applyDefaults, requireResource } from '@skiff/resources';
import { violations } from './evaluate';
import type { Level } from './policy';

/** A pod, and whether a namespace that enforces a level as of a version lets it in. Upstream's own fixtures. */
interface Fixture {
  readonly level: Level;
  readonly version: string;
  readonly case: string;
  readonly pod: object;
  readonly allowed: boolean;
}

const fixtures = readFileSync(join(__dirname, '../../fixtures/pod-security.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Fixture);

/** A pod as it is when admission looks at it. */
function read({ pod }: Fixture): corev1.Pod {
  const object = normalizeObject<corev1.Pod>(messageSchema(Kinds.Pod.message), pod as never, { unknownFields: [] });
  object.metadata = { ...object.metadata, namespace: 'default' };
  applyDefaults(Kinds.Pod, object);
  return object;
}

function isAllowed(fixture: Fixture): boolean {
  const { level, version } = fixture;
  const { metadata, spec } = read(fixture);
  return violations(metadata, spec, { level, version: Number(version.replace('v1.', '')) }).length === 0;
}

const versions = [...new Set(fixtures.map(({ level, version }) => `${level} ${version}`))];

describe('The Pod Security Standards', () => {
  it('are held for several versions of both levels', () => {
    expect([fixtures.length, versions.length]).toEqual([1384, 22]);
  });

  it.each(versions)('let in and refuse the pods of upstream: %s', (standard) => {
    const held = fixtures.filter(({ level, version }) => `${level} ${version}` === standard);
    const wrong = held.filter((fixture) => isAllowed(fixture) !== fixture.allowed);
    expect(wrong.map(({ case: name, allowed }) => `${name} is ${allowed ? 'allowed' : 'refused'}`)).toEqual([]);
  });

  it('are asked after validation, which refuses some of the pods by itself', () => {
    const mistakes = new Map<string, string>();
    for (const fixture of fixtures) {
      try {
        validateCreate(requireResource(Kinds.Pod), read(fixture));
      } catch (error) {
        if (!(error instanceof StatusError)) throw error;
        for (const { field = '', message = '' } of error.details?.causes ?? [])
          mistakes.set(`${fixture.case}${fixture.allowed ? ', allowed' : ''}: ${field}`, message);
      }
    }
    const problem = 'Invalid value: "Unmasked": `hostUsers` must be false to use `Unmasked`';
    expect(Object.fromEntries(mistakes)).toEqual({
      'procmount0: spec.containers[0].securityContext.procMount': problem,
      'procmount1: spec.initContainers[0].securityContext.procMount': problem,
    });
  });
});
