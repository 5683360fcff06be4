import { AdmissionAttributes, type AdmissionInput } from './attributes';
import { AdmissionChain } from './chain';
import type { AdmissionObserver } from './observer';
import { phasesOf } from './phases';
import type { AdmissionPlugin } from './plugin';
import { admissionTarget } from './target';

interface Thing {
  readonly metadata: { readonly name: string };
  readonly words?: readonly string[];
}

const things = { group: '', version: 'v1', kind: 'Thing', plural: 'things' };
const given: Thing = Object.freeze({ metadata: { name: 'one' } });

const request = (
  more: Partial<AdmissionInput<Thing>> = {},
  target = admissionTarget(things),
): AdmissionAttributes<Thing> =>
  new AdmissionAttributes(target, {
    operation: 'CREATE',
    namespace: 'default',
    name: '',
    userInfo: { name: 'jane', uid: '', groups: [], extra: {} },
    dryRun: false,
    object: given,
    options: () => undefined,
    uid: () => 'a-uid',
    warn: () => undefined,
    ...more,
  });

/** Gives the object with a word more. */
const adding = (word: string, more: Partial<AdmissionPlugin> = {}): AdmissionPlugin => ({
  name: word,
  operations: ['CREATE', 'UPDATE'],
  mutate: {
    run({ object }) {
      const { words = [], ...thing } = object as Thing;
      return { ...thing, words: [...words, word] };
    },
  },
  ...more,
});

const chainOf = (...plugins: AdmissionPlugin[]): AdmissionChain => new AdmissionChain(phasesOf(plugins));

describe('A chain of admission plugins', () => {
  it('hands on what each plugin makes of the object, in their order, and leaves the one given as it was', async () => {
    const seen: unknown[] = [];
    const chain = chainOf(adding('a'), adding('b'), {
      name: 'last',
      operations: ['CREATE'],
      mutate: { run: () => undefined },
      validate: { run: ({ object }) => void seen.push(object) },
    });
    const one = request();
    const admitted = await chain.mutate(one);
    expect(admitted).toEqual({ ...given, words: ['a', 'b'] });
    expect(one.object).toBe(admitted);
    expect(given).toEqual({ metadata: { name: 'one' } });
    await chain.validate(one);
    expect(seen).toEqual([admitted]);
  });

  it('shows a change by a plugin that asks for it to all of them once more', async () => {
    const seen: string[] = [];
    const looking = (name: string, reinvokes = false): AdmissionPlugin => ({
      name,
      operations: ['CREATE'],
      reinvokes,
      mutate: {
        run({ object, isReinvocation }) {
          const { words = [] } = object as Thing;
          seen.push(`${name}${isReinvocation ? ' again' : ''}: ${words.join()}`);
          return reinvokes && !isReinvocation ? ({ ...object, words: [...words, name] } as Thing) : object;
        },
      },
    });
    await chainOf(looking('plugin'), looking('webhook', true), looking('late')).mutate(request());
    expect(seen).toEqual([
      ...['plugin: ', 'webhook: ', 'late: webhook'],
      ...['plugin again: webhook', 'webhook again: webhook', 'late again: webhook'],
    ]);
  });

  it('shows it once more at most', async () => {
    const { words } = await chainOf(adding('a', { reinvokes: true })).mutate(request());
    expect(words).toEqual(['a', 'a']);
  });

  it('asks a plugin once for which writes it is, and again when that may have changed', async () => {
    const [seen, asked]: [string[], string[]] = [[], []];
    let applies = false;
    const target = admissionTarget(things);
    const chain = chainOf({
      name: 'webhooks',
      operations: ['CREATE'],
      mutate: {
        applies({ resource }, operation) {
          asked.push(`${operation} ${resource.resource}`);
          return applies;
        },
        run: () => void seen.push('called'),
      },
    });
    // Where nobody has anything to do, nobody is waited for.
    for (const one of [request({}, target), request({}, target)]) expect(chain.mutate(one)).toBe(one.object);
    expect([seen, asked]).toEqual([[], ['CREATE things']]);
    applies = true;
    chain.replan();
    await chain.mutate(request({}, target));
    expect([seen, asked]).toEqual([['called'], ['CREATE things', 'CREATE things']]);
  });

  it('calls a plugin only for its operations and resources', async () => {
    const seen: string[] = [];
    const noting = (name: string, resources: string[], operations: AdmissionPlugin['operations'] = ['CREATE']) => ({
      name,
      operations: ['CREATE', 'UPDATE', 'DELETE'] as const,
      validate: { resources, operations, run: () => void seen.push(name) },
    });
    const chain = chainOf(
      noting('object', ['things']),
      noting('status', ['things/status']),
      noting('all', ['things/*']),
      noting('others', ['things.example.com', 'pods']),
      noting('deletions', ['things'], ['DELETE']),
    );
    const calls = async (one: AdmissionAttributes): Promise<string[]> => {
      await chain.validate(one);
      return seen.splice(0);
    };
    expect(await calls(request())).toEqual(['object', 'all']);
    expect(await calls(request({}, admissionTarget(things, 'status')))).toEqual(['status', 'all']);
    expect(await calls(request({ operation: 'DELETE' }))).toEqual(['deletions']);
    expect(await calls(request({}, admissionTarget({ ...things, group: 'example.com' })))).toEqual(['others']);
  });

  it('stops where a plugin refuses', async () => {
    const refusing: AdmissionPlugin = {
      name: 'no',
      operations: ['CREATE'],
      mutate: {
        run() {
          throw new Error('no');
        },
      },
    };
    const one = request();
    await expect(chainOf(adding('a'), refusing, adding('b')).mutate(one)).rejects.toThrow('no');
    expect(one.object.words).toEqual(['a']);
  });

  it('is watched: each plugin that handles the operation counts, and takes no time for resources of others', async () => {
    const seen: string[] = [];
    let time = 0;
    const observer: AdmissionObserver = {
      now: () => (time += 1),
      observe: (phase, operation, plugin = 'all') => ({
        end(began, rejected) {
          seen.push(`${phase} ${operation} ${plugin} ${time + 1 - began}${rejected ? ' rejected' : ''}`);
          return (time += 1);
        },
        skip: () => void seen.push(`${phase} ${operation} ${plugin} skipped`),
      }),
    };
    const elsewhere = { resources: ['pods'], run: () => undefined };
    const chain = new AdmissionChain(
      phasesOf([
        adding('a'),
        { name: 'b', operations: ['CREATE'], mutate: elsewhere, validate: elsewhere },
        { name: 'c', operations: ['DELETE'], mutate: { run: () => undefined } },
      ]),
      observer,
    );
    const one = request();
    await chain.mutate(one);
    await chain.validate(one);
    expect(seen).toEqual([
      ...['mutate CREATE a 1', 'mutate CREATE b skipped', 'mutate CREATE all 2'],
      ...['validate CREATE b skipped', 'validate CREATE all skipped'],
    ]);
  });
});

describe('What a request says', () => {
  it('costs nothing before it is asked for, and stays the same', () => {
    const asked: string[] = [];
    const one = request({
      uid: () => `uid ${asked.push('uid')}`,
      options: () => {
        asked.push('options');
        return { kind: 'CreateOptions', apiVersion: 'meta.k8s.io/v1' };
      },
    });
    expect(asked).toEqual([]);
    expect([one.uid, one.uid]).toEqual(['uid 1', 'uid 1']);
    expect(one.options).toBe(one.options);
    expect(asked).toEqual(['uid', 'options']);
  });

  it('names what is written as AdmissionReview does', () => {
    const binding = { group: '', version: 'v1', kind: 'Binding', plural: 'bindings' };
    const named = {
      kind: { group: '', version: 'v1', kind: 'Binding' },
      resource: { group: '', version: 'v1', resource: 'things' },
      subresource: 'binding',
    };
    expect(request({}, admissionTarget(things, 'binding', binding))).toMatchObject({
      ...named,
      requestKind: named.kind,
      requestResource: named.resource,
      requestSubResource: named.subresource,
    });
  });

  it('has annotations, each once, which whoever writes is told of', () => {
    const told: string[] = [];
    const one = request({ annotate: (key, value) => void told.push(`${key}=${value}`) });
    expect([...one.annotations]).toEqual([]);
    one.annotate('plugin.k8s.io/why', 'a');
    one.annotate('plugin.k8s.io/why', 'a');
    expect([...one.annotations]).toEqual([['plugin.k8s.io/why', 'a']]);
    expect(told).toEqual(['plugin.k8s.io/why=a']);
    expect(() => one.annotate('plugin.k8s.io/why', 'b')).toThrow(RangeError);
    for (const key of ['why', 'a/b/c', '/why', 'plugin.k8s.io/'])
      expect(() => one.annotate(key, '')).toThrow(RangeError);
  });
});
