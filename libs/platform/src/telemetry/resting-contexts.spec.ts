import { createContextKey, ROOT_CONTEXT } from '@opentelemetry/api';
import { RestingContexts } from './resting-contexts';

describe('RestingContexts', () => {
  const key = createContextKey('key');
  const one = ROOT_CONTEXT.setValue(key, 1);
  const two = ROOT_CONTEXT.setValue(key, 2);
  const contexts = new RestingContexts();
  const active = (): unknown => contexts.active().getValue(key);

  it('keeps a context across what is awaited in it, beside others', async () => {
    const work = async (): Promise<unknown> => {
      await Promise.resolve();
      const inner = await contexts.with(two, async () => Promise.resolve(active()));
      await Promise.resolve();
      return [active(), inner];
    };
    const both = [contexts.with(one, work), contexts.with(two, () => Promise.resolve(active()))];
    expect(await Promise.all(both)).toEqual([[1, 2], 2]);
  });

  it('hands on what is thrown and what is not a promise', async () => {
    expect(contexts.with(one, active)).toBe(1);
    expect(() =>
      contexts.with(one, () => {
        throw new Error('no');
      }),
    ).toThrow('no');
    await expect(contexts.with(one, () => Promise.reject(new Error('later')))).rejects.toThrow('later');
    expect(contexts.with(ROOT_CONTEXT, active)).toBeUndefined();
  });

  it('keeps none once nothing runs in one, even for what is left of it', async () => {
    let left: Promise<unknown> = Promise.resolve();
    await contexts.with(one, async () => {
      await Promise.resolve();
      left = new Promise(setImmediate).then(active);
    });
    expect(await left).toBeUndefined();
    expect(active()).toBeUndefined();
  });
});
