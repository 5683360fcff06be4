import { setImmediate } from 'node:timers';

let waiting: (() => void)[] = [];

/**
 * Does something at the end of this turn of the event loop, in order. What all requests of a turn
 * send goes out together, so that their peers are woken once: the busier the server, the more at once.
 */
export function atTurnsEnd(action: () => void): void {
  if (waiting.push(action) === 1) setImmediate(release);
}

function release(): void {
  const actions = waiting;
  waiting = [];
  for (const action of actions) action();
}
