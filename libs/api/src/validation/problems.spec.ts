import { Kinds, type metav1 } from '@skiff/contracts';
import { Problems } from './problems';
import { validateCreate } from './validate';

describe('The problems of an object', () => {
  it('are told up to a number, and counted', () => {
    const problems = new Problems();
    for (let index = 0; index < 30_000; index += 1) problems.required(`list[${index}]`);
    expect(problems.count).toBe(30_000);
    const causes = problems.toError({ group: '', kind: 'Thing' }, 'x')?.details?.causes ?? [];
    expect(causes).toHaveLength(1_001);
    expect(causes[999]).toMatchObject({ field: 'list[999]' });
    expect(causes[1_000]).toMatchObject({ message: 'too many errors: 29000 more are not shown' });
  });

  it('show what is long once, and not for each of its items', () => {
    const problems = new Problems();
    let shown = 0;
    const long = {
      toJSON() {
        shown += 1;
        return 'x'.repeat(600_000);
      },
    };
    for (let index = 0; index < 1_000; index += 1) problems.invalid(`list[${index}]`, long, 'not so');
    expect(shown).toBe(1);
    expect(problems.count).toBe(1_000);
  });

  it('of many owners take no more than the server has', () => {
    const ownerReferences = Array.from({ length: 20_000 }, (_, index): metav1.OwnerReference => ({
      ...{ apiVersion: 'v1', kind: 'Pod', name: `p${index}`, uid: `u${index}` },
      controller: true,
    }));
    const object = { metadata: { name: 'x', namespace: 'default', ownerReferences } };
    expect(() => validateCreate(Kinds.ConfigMap, object)).toThrow(/Only one reference can have Controller set to true/);
  });
});

describe('a value that is checked several times', () => {
  it('is looked at again only when something was found in it', () => {
    const problems = new Problems();
    const looked: string[] = [];
    const check = (name: string, value: object, isFine: boolean): void =>
      problems.unlessFine(value, () => {
        looked.push(name);
        if (!isFine) problems.required(name);
      });
    const [good, bad] = [{}, {}];
    for (let round = 0; round < 3; round += 1) {
      check('good', good, true);
      check('bad', bad, false);
    }
    expect(looked).toEqual(['good', 'bad', 'bad', 'bad']);
    expect(problems.count).toBe(3);
  });
});
