import { bytes, plain, put, text, written, type Check } from './harness';

export const writeChecks: readonly Check[] = [
  {
    rule: 'create makes a key once, and says what stands in its way',
    async run({ store }) {
      expect(await store.get('/w/a')).toEqual({ revision: expect.any(BigInt) as bigint });
      const revision = await put(store, '/w/a', 'one');
      const again = await store.create('/w/a', bytes('two'));
      expect(again.ok).toBe(false);
      const current = again.ok ? undefined : plain(again.current);
      expect(current).toEqual({ key: '/w/a', value: 'one', revision, createRevision: revision });
      expect(plain((await store.get('/w/a')).entry)).toEqual(current);
    },
  },
  {
    rule: 'update replaces exactly the expected revision and keeps the revision of the creation',
    async run({ store }) {
      const created = await put(store, '/w/a', 'one');
      const updated = await put(store, '/w/a', 'two', created);
      expect(updated).toBeGreaterThan(created);
      const stale = await store.update('/w/a', bytes('three'), created);
      expect(stale).toMatchObject({ ok: false, current: { revision: updated, createRevision: created } });
      expect(await store.update('/w/none', bytes('x'), created)).toEqual({
        ok: false,
        revision: expect.any(BigInt) as bigint,
      });
      const { entry, revision } = await store.get('/w/a');
      expect(plain(entry)).toEqual({ key: '/w/a', value: 'two', revision: updated, createRevision: created });
      expect(revision).toBeGreaterThanOrEqual(updated);
    },
  },
  {
    rule: 'delete removes exactly the expected revision, and a key can be created anew',
    async run({ store }) {
      const first = await put(store, '/w/a', 'one');
      const second = await put(store, '/w/a', 'two', first);
      expect(await store.delete('/w/a', first)).toMatchObject({ ok: false, current: { revision: second } });
      const deleted = written(await store.delete('/w/a', second));
      expect(deleted).toBeGreaterThan(second);
      expect((await store.get('/w/a')).entry).toBeUndefined();
      const missing = await store.delete('/w/a', second);
      expect(missing.ok).toBe(false);
      expect('current' in missing).toBe(false);
      const anew = await put(store, '/w/a', 'three');
      expect((await store.get('/w/a')).entry).toMatchObject({ revision: anew, createRevision: anew });
    },
  },
  {
    rule: 'a failed write changes neither the state nor the revision',
    async run({ store }) {
      const revision = await put(store, '/w/a', 'one');
      await store.create('/w/a', bytes('two'));
      await store.update('/w/a', bytes('two'), revision - 1n);
      await store.delete('/w/a', revision - 1n);
      expect(await store.currentRevision()).toBe(revision);
      expect(text((await store.get('/w/a')).entry?.value ?? bytes(''))).toBe('one');
    },
  },
  {
    rule: 'values are bytes: empty, binary and large ones come back as they were',
    async run({ store }) {
      const values = [
        new Uint8Array(),
        Uint8Array.from({ length: 256 }, (_, index) => index),
        Buffer.alloc(1_000_000, 7),
      ];
      for (const [index, value] of values.entries()) {
        written(await store.create(`/w/${index}`, value));
        const { entry } = await store.get(`/w/${index}`);
        expect(Buffer.compare(Buffer.from(entry?.value ?? [1]), Buffer.from(value))).toBe(0);
      }
    },
  },
  {
    rule: 'what was written is there after reopening, under the same revisions',
    async run({ store, reopen }) {
      const revision = await put(store, '/w/a', 'one');
      const current = await store.currentRevision();
      const again = await reopen();
      expect((await again.get('/w/a')).entry).toMatchObject({ revision, createRevision: revision });
      expect(await again.currentRevision()).toBe(current);
      expect(await put(again, '/w/b', 'two')).toBeGreaterThan(current);
    },
  },
];
