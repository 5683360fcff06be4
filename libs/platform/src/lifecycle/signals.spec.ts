import { EventEmitter, getEventListeners } from 'node:events';
import { aborted, drainedOrAborted } from './signals';

describe('signals', () => {
  it('are seen to abort before and after they do', async () => {
    const controller = new AbortController();
    let seen = false;
    const ended = aborted(controller.signal).then(() => (seen = true));
    await Promise.resolve();
    expect(seen).toBe(false);
    controller.abort();
    await ended;
    await aborted(controller.signal);
  });

  it('end the wait for a stream to drain, which leaves nothing behind', async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const stream = new EventEmitter();
    const waiting = drainedOrAborted(stream, signal);
    stream.emit('drain');
    await waiting;
    expect([getEventListeners(signal, 'abort'), stream.eventNames()]).toEqual([[], []]);
    const failing = drainedOrAborted(stream, signal);
    stream.emit('error', new Error('broken'));
    await expect(failing).rejects.toThrow('broken');
    const leaving = drainedOrAborted(stream, signal);
    controller.abort();
    await leaving;
    await drainedOrAborted(stream, signal);
    expect(stream.eventNames()).toEqual([]);
  });
});
