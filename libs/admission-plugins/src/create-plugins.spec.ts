import { systemClock } from '@skiff/platform';
import { admissionPlugins } from './create-plugins';
import { availablePlugins, knownPlugins } from './plugin-names';
import { readerOf } from './testing';

const parts = {
  reader: readerOf(),
  writer: { create: () => Promise.resolve(), updateStatus: () => Promise.resolve() },
  authorizer: { authorize: () => ({ allowed: false, reason: '' }) },
  clock: systemClock,
  random: () => 0,
};

describe('The plugins that run', () => {
  const enable = [...availablePlugins];
  const webhooks = ['ValidatingAdmissionWebhook', 'ValidatingAdmissionPolicy', 'MutatingAdmissionWebhook'].map(
    (name) => ({
      name,
      operations: ['CREATE'] as const,
      validate: { run: () => undefined },
    }),
  );
  const all = admissionPlugins({ enable }, () => webhooks)(parts);

  it('are all that can be turned on, in upstream’s order', () => {
    expect(all.map(({ name }) => name)).toEqual(knownPlugins.filter((name) => availablePlugins.has(name)));
  });

  it('say what they are for', () => {
    for (const { name, operations, mutate, validate } of all) {
      expect([name, mutate ?? validate]).toEqual([name, expect.anything()]);
      for (const step of [mutate, validate])
        for (const operation of step?.operations ?? operations)
          expect([name, operations]).toEqual([name, expect.arrayContaining([operation])]);
    }
  });

  it('are refused when a name is wrong', () => {
    expect(() => admissionPlugins({ disable: ['Nope'] })).toThrow('plugin "Nope" is unknown');
  });
});
