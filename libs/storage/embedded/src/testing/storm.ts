import { writeSync } from 'node:fs';
import { EmbeddedStore } from '../index';

const writerCount = 16;

/** Writes to the store in the folder given until it is killed, and prints each write once it is acknowledged. */
async function storm(directory: string, round: string): Promise<void> {
  const store = await EmbeddedStore.open({ directory });
  const writer = async (name: number): Promise<void> => {
    let counter = (await store.get(`/n/${name}`)).entry?.revision ?? 0n;
    for (let index = 0; ; index++) {
      const key = `/k/${round}-${name}-${index}`;
      const created = await store.create(key, Buffer.from(key.repeat(20)));
      if (!created.ok) throw new Error(`${key} exists`);
      writeSync(1, `${key} ${created.revision}\n`);
      const counted = await store.update(`/n/${name}`, Buffer.from(String(index)), counter);
      if (!counted.ok) throw new Error(`/n/${name} was changed by somebody else`);
      counter = counted.revision;
      writeSync(1, `/n/${name} ${counter}\n`);
    }
  };
  await Promise.all(Array.from({ length: writerCount }, (_, name) => writer(name)));
}

void storm(process.argv[2] ?? '', process.argv[3] ?? '');
