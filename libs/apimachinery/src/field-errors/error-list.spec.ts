import { ErrorList } from './error-list';

describe('The field errors of an object', () => {
  it('are told up to a number, and counted', () => {
    const errors = new ErrorList();
    for (let index = 0; index < 30_000; index += 1) errors.required(`list[${index}]`);
    expect(errors.count).toBe(30_000);
    const causes = errors.toError({ group: '', kind: 'Thing' }, 'x')?.details?.causes ?? [];
    expect(causes).toHaveLength(1_001);
    expect(causes[999]).toMatchObject({ field: 'list[999]' });
    expect(causes[1_000]).toMatchObject({ message: 'too many errors: 29000 more are not shown' });
  });

  it('show what is long once, and not for each of its items', () => {
    const errors = new ErrorList();
    let shown = 0;
    const long = {
      toJSON() {
        shown += 1;
        return 'x'.repeat(600_000);
      },
    };
    for (let index = 0; index < 1_000; index += 1) errors.invalid(`list[${index}]`, long, 'not so');
    expect(shown).toBe(1);
    expect(errors.count).toBe(1_000);
  });
});

describe('a value that is checked several times', () => {
  it('is looked at again only when something was found in it', () => {
    const errors = new ErrorList();
    const looked: string[] = [];
    const check = (name: string, value: object, isFine: boolean): void =>
      errors.unlessFine(value, () => {
        looked.push(name);
        if (!isFine) errors.required(name);
      });
    const [good, bad] = [{}, {}];
    for (let round = 0; round < 3; round += 1) {
      check('good', good, true);
      check('bad', bad, false);
    }
    expect(looked).toEqual(['good', 'bad', 'bad', 'bad']);
    expect(errors.count).toBe(3);
  });
});
