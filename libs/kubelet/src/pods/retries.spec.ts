import { startRetryDelay, volumeRetryDelay } from './retries';

describe('how long is waited before something is tried again', () => {
  it('grows for volumes', () => {
    expect([1, 2, 3, 4, 5, 50].map(volumeRetryDelay)).toEqual([100, 200, 500, 1000, 2000, 2000]);
  });

  it.each([
    ['ErrImagePull', 10_000, 2000],
    ['ErrImagePull', 500, 500],
    ['ImagePullBackOff', 20_000, 20_000],
    ['ImagePullBackOff', 0, 100],
    ['RunContainerError', 0, 50],
    ['PostStartHookError', 0, 50],
    ['CreateContainerConfigError', 0, 5000],
  ])('after %s, with %i ms until the next pull, is %i ms for a container', (reason, pull, expected) => {
    expect(startRetryDelay(reason, pull)).toBe(expected);
  });
});
