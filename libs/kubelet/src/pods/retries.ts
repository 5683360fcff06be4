/** Milliseconds after which what failed is tried again, unless something else has its pod looked at before. */
export const retryDelay = 1000;

const volumeRetryDelays = [100, 200, 500, 1000];
const longestVolumeRetry = 2000;

/** Milliseconds until volumes that could not be set up are tried again. */
export function volumeRetryDelay(failures: number): number {
  return volumeRetryDelays[failures - 1] ?? longestVolumeRetry;
}

/**
 * Milliseconds until a container that could not be started is tried again.
 *
 * @param reason of its status, such as ErrImagePull.
 * @param pullDelay until its image may be pulled again.
 */
export function startRetryDelay(reason: string, pullDelay: number): number {
  // A failed pull shows as ErrImagePull for a moment before it shows as waiting.
  if (reason === 'ErrImagePull') return Math.min(pullDelay, 2000);
  if (reason === 'ImagePullBackOff') return Math.max(pullDelay, 100);
  // The container exists and has ended: its own back-off rules.
  return reason === 'RunContainerError' || reason === 'PostStartHookError' ? 50 : 5000;
}
