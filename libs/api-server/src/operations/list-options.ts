import type { metav1 } from '@skiff/contracts';
import { invalid } from '@skiff/apimachinery';

/** How objects are listed or watched, as metav1.ListOptions. */
export interface ListOptions {
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
  /** 0 or absent for no limit. */
  readonly limit?: number | undefined;
  readonly continue?: string | undefined;
  readonly resourceVersion?: string | undefined;
  readonly resourceVersionMatch?: string | undefined;
  /** Of a watch: begins with the present state and a bookmark that says where it ends. */
  readonly sendInitialEvents?: boolean | undefined;
  /** Of a watch: tells from time to time how far it is. */
  readonly allowWatchBookmarks?: boolean | undefined;
  /** Of a watch: absent or 0 for as long as the server likes. */
  readonly timeoutSeconds?: number | undefined;
}

const match = 'resourceVersionMatch';

const cause = (field: string, reason: string, message: string): metav1.StatusCause => ({ reason, message, field });
const forbidden = (why: string, field = match): metav1.StatusCause =>
  cause(field, 'FieldValueForbidden', `Forbidden: ${why}`);
const unsupported = (value: string, allowed: string): metav1.StatusCause =>
  cause(match, 'FieldValueNotSupported', `Unsupported value: ${JSON.stringify(value)}: supported values: ${allowed}`);

/**
 * Throws Invalid for versions and events that a list may not ask for.
 * Upstream: staging/src/k8s.io/apimachinery/pkg/apis/meta/internalversion/validation/validation.go.
 */
export function validateListOptions(options: ListOptions): void {
  const { resourceVersion, resourceVersionMatch: value } = options;
  const causes: metav1.StatusCause[] = [];
  if (value) {
    if (!resourceVersion) causes.push(forbidden(`${match} is forbidden unless resourceVersion is provided`));
    if (options.continue) causes.push(forbidden(`${match} is forbidden when continue is provided`));
    if (value !== 'Exact' && value !== 'NotOlderThan') causes.push(unsupported(value, '"Exact", "NotOlderThan", ""'));
    if (value === 'Exact' && resourceVersion === '0')
      causes.push(forbidden(`${match} "exact" is forbidden for resourceVersion "0"`));
  }
  if (options.sendInitialEvents !== undefined)
    causes.push(forbidden('sendInitialEvents is forbidden for list', 'sendInitialEvents'));
  refuse(causes);
}

/** The same for a watch. */
export function validateWatchOptions(options: ListOptions): void {
  const { sendInitialEvents, resourceVersionMatch: value } = options;
  const causes: metav1.StatusCause[] = [];
  if (sendInitialEvents !== undefined && value !== 'NotOlderThan')
    causes.push(forbidden(`sendInitialEvents requires setting ${match} to NotOlderThan`));
  if (value) {
    if (sendInitialEvents === undefined)
      causes.push(forbidden(`${match} is forbidden for watch unless sendInitialEvents is provided`));
    if (value !== 'NotOlderThan') causes.push(unsupported(value, '"NotOlderThan"'));
    if (options.continue) causes.push(forbidden(`${match} is forbidden when continue is provided`));
  }
  refuse(causes);
}

function refuse(causes: readonly metav1.StatusCause[]): void {
  if (causes.length) throw invalid({ group: 'meta.k8s.io', kind: 'ListOptions' }, '', causes);
}
