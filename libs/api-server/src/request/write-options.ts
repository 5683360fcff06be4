import type { metav1 } from '@skiff/contracts';
import { invalid } from '@skiff/apimachinery';
import type { FieldValidation } from '../decoding/decode';
import type { OptionsKind, WriteOptions } from './input';

/** The options of a write as they were sent; absent ones are empty. */
export interface SentOptions {
  readonly dryRun: readonly string[];
  readonly fieldManager: string;
  readonly fieldValidation: string;
  /** Which only those may send who apply. */
  readonly force?: boolean | undefined;
  /** Whether they are those of server-side apply. Default: false. */
  readonly applies?: boolean;
}

/**
 * The options of a write. Throws Invalid. Who does not say who manages the fields is known by its user agent.
 * Upstream: staging/src/k8s.io/apimachinery/pkg/apis/meta/v1/validation/validation.go.
 */
export function readWriteOptions(kind: OptionsKind, sent: SentOptions, userAgent = ''): WriteOptions {
  const { dryRun, fieldManager, fieldValidation } = sent;
  const causes = [
    ...(kind === 'PatchOptions' ? patchProblems(sent) : []),
    ...managerProblems(fieldManager),
    ...dryRunProblems(dryRun),
    ...(isFieldValidation(fieldValidation)
      ? []
      : [cause('fieldValidation', 'FieldValueNotSupported', unsupported(fieldValidation, allowedValidations))]),
  ];
  if (causes.length || !isFieldValidation(fieldValidation)) throw invalid({ group: 'meta.k8s.io', kind }, '', causes);
  return {
    dryRun: dryRun.length > 0,
    fieldValidation: fieldValidation || 'Warn',
    fieldManager: fieldManager || managerOf(userAgent) || 'unknown',
    sent: { fieldManager, fieldValidation },
    ...(sent.force ? { force: true } : {}),
  };
}

/** Who applies has to say who they are, and may take fields from others. */
function patchProblems({ applies = false, force, fieldManager }: SentOptions): metav1.StatusCause[] {
  if (!applies && force !== undefined)
    return [cause('force', 'FieldValueForbidden', 'Forbidden: may not be specified for non-apply patch')];
  if (applies && fieldManager === '')
    return [cause('fieldManager', 'FieldValueRequired', 'Required value: is required for apply patch')];
  return [];
}

/** Throws Invalid for options that a deletion may not have. */
export function validateDeleteOptions({ dryRun, propagationPolicy, orphanDependents }: metav1.DeleteOptions): void {
  const causes = dryRunProblems(dryRun ?? []);
  const known = [...propagationPolicies, 'nil'];
  if (propagationPolicy !== undefined && !propagationPolicies.includes(propagationPolicy))
    causes.unshift(cause('propagationPolicy', 'FieldValueNotSupported', unsupported(propagationPolicy, known)));
  if (propagationPolicy !== undefined && orphanDependents !== undefined) {
    const why = 'orphanDependents and deletionPropagation cannot be both set';
    const message = `Invalid value: ${JSON.stringify(propagationPolicy)}: ${why}`;
    causes.unshift(cause('propagationPolicy', 'FieldValueInvalid', message));
  }
  if (causes.length) throw invalid({ group: 'meta.k8s.io', kind: 'DeleteOptions' }, '', causes);
}

const propagationPolicies: readonly string[] = ['Foreground', 'Background', 'Orphan'];

const allowedValidations = ['', 'Ignore', 'Strict', 'Warn'] as const;

const isFieldValidation = (text: string): text is FieldValidation | '' =>
  (allowedValidations as readonly string[]).includes(text);

const cause = (field: string, reason: string, message: string): metav1.StatusCause => ({ reason, message, field });

const unsupported = (value: unknown, allowed: readonly string[]): string =>
  `Unsupported value: ${JSON.stringify(value)}: supported values: ${allowed.map((one) => JSON.stringify(one)).join(', ')}`;

function dryRunProblems(dryRun: readonly string[]): metav1.StatusCause[] {
  if (dryRun.every((value) => value === 'All')) return [];
  return [cause('dryRun', 'FieldValueNotSupported', unsupported(dryRun, ['All']))];
}

const longestManager = 128;
/** Of what is said of a name, in characters: each mistake quotes all of it. */
const mostSaid = 64 << 10;

/** Who writes, as their user agent says: no longer than a manager's name, and without what cannot be printed. */
function managerOf(userAgent: string): string {
  const [product = ''] = userAgent.split('/');
  let name = '';
  for (const character of product) {
    if (!isPrinted(character)) continue;
    if (Buffer.byteLength(name + character) > longestManager) break;
    name += character;
  }
  return name;
}

const isPrinted = (character: string): boolean => character === ' ' || /[\p{L}\p{M}\p{N}\p{P}\p{S}]/u.test(character);

/** Text in quotes as Go prints it, as far as it differs from JSON. */
const quote = (text: string): string =>
  JSON.stringify(text).replace(/\\u00([01][\da-f])/g, (_, code: string) => named[code] ?? `\\x${code}`);

const named: Readonly<Record<string, string>> = { '07': '\\a', '0b': '\\v' };

/** Names of managers are short and can be printed. */
function managerProblems(name: string): metav1.StatusCause[] {
  const problems: metav1.StatusCause[] = [];
  if (Buffer.byteLength(name) > longestManager)
    problems.push(cause('fieldManager', 'FieldValueTooLong', `Too long: may not be more than ${longestManager} bytes`));
  let position = 0;
  let said = 0;
  for (const character of name) {
    if (said > mostSaid) break;
    if (!isPrinted(character)) {
      const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
      const why = `invalid character U+${code} (at position ${position})`;
      const message = `Invalid value: ${quote(name)}: ${why}`;
      problems.push(cause('fieldManager', 'FieldValueInvalid', message));
      said += message.length;
    }
    position += Buffer.byteLength(character);
  }
  return problems;
}
