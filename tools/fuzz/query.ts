import fc from 'fast-check';
import { anySelector, encoded } from './input';
import { text } from './values';

const names = [
  ...['limit', 'continue', 'resourceVersion', 'resourceVersionMatch', 'watch', 'allowWatchBookmarks', 'timeoutSeconds'],
  ...['sendInitialEvents', 'dryRun', 'fieldValidation', 'fieldManager', 'pretty', 'timeout', 'gracePeriodSeconds'],
  ...['propagationPolicy', 'orphanDependents', 'force', 'follow', 'tailLines', 'container', 'x'],
];
const value = fc.oneof(
  fc.constantFrom('true', 'false', '0', '1', 'All', 'Strict', 'Foreground', 'Exact', '-1', '500ms'),
  text,
);
/** A token of a page that no server gave. */
const forged = fc
  .tuple(fc.constantFrom('meta.k8s.io/v1', 'v2'), fc.oneof(fc.constantFrom('1', '0', '99'), text), text)
  .map(([v, rv, after]) => ['continue', Buffer.from(JSON.stringify({ v, rv, after })).toString('base64url')] as const);

const parameter = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(fc.constantFrom('labelSelector', 'fieldSelector'), anySelector) },
  { weight: 6, arbitrary: fc.tuple(fc.constantFrom(...names), value) },
  { weight: 1, arbitrary: forged },
);

/** The query of a request, which is empty at times. */
export const query = fc
  .array(parameter, { maxLength: 3 })
  .map((pairs) => pairs.map(([key, each]) => `${key}=${encoded(each)}`).join('&'));
