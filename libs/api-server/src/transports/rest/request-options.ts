import { type Kind, Kinds, metav1, writeJson } from '@skiff/contracts';
import { badRequest, invalid, type ApiObject } from '@skiff/apimachinery';
import { decodeObject, mediaType, parseDocument, protobufMediaType, type FieldValidation } from '../../decoding/decode';
import { readFlag, readInteger } from '../../request/query';
import type { Caller, WriteOptions } from '../../operations/operations';
import type { WatchOptions } from '../../operations/watches';
import { readDocument } from './document';
import type { YamlService } from '../../yaml/yaml';
import type { ResourceCall } from '../../http/resource-handler';

/** What a list or a watch asks for. Throws BadRequest for numbers that are none. */
export function listOptions(query: URLSearchParams): WatchOptions {
  return {
    labelSelector: query.get('labelSelector') ?? undefined,
    fieldSelector: query.get('fieldSelector') ?? undefined,
    limit: readInteger(query, 'limit'),
    continue: query.get('continue') ?? undefined,
    resourceVersion: query.get('resourceVersion') ?? undefined,
    resourceVersionMatch: query.get('resourceVersionMatch') ?? undefined,
    allowWatchBookmarks: readFlag(query, 'allowWatchBookmarks'),
    timeoutSeconds: readInteger(query, 'timeoutSeconds'),
    sendInitialEvents: readFlag(query, 'sendInitialEvents'),
  };
}

/** The kinds of options, as errors name them. */
export type OptionsKind = 'CreateOptions' | 'UpdateOptions' | 'PatchOptions';

/** Upstream: staging/src/k8s.io/apimachinery/pkg/apis/meta/v1/validation/validation.go. */
export function writeOptions({ query, request }: ResourceCall, kind: OptionsKind): WriteOptions {
  const dryRun = query.getAll('dryRun').filter((value) => value !== '');
  const fieldManager = query.get('fieldManager') ?? '';
  const fieldValidation = query.get('fieldValidation') ?? '';
  const causes = [
    ...(kind === 'PatchOptions' && query.has('force')
      ? [cause('force', 'FieldValueForbidden', 'Forbidden: may not be specified for non-apply patch')]
      : []),
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
    fieldManager: fieldManager || (request.headers['user-agent'] ?? '').split('/')[0] || 'unknown',
  };
}

const allowedValidations = ['', 'Ignore', 'Strict', 'Warn'] as const;

const isFieldValidation = (text: string): text is FieldValidation | '' =>
  (allowedValidations as readonly string[]).includes(text);

const cause = (field: string, reason: string, message: string): metav1.StatusCause => ({ reason, message, field });

const unsupported = (value: unknown, allowed: readonly string[]): string =>
  `Unsupported value: ${JSON.stringify(value)}: supported values: ${allowed.map((one) => JSON.stringify(one)).join(', ')}`;

export function dryRunProblems(dryRun: readonly string[]): metav1.StatusCause[] {
  if (dryRun.every((value) => value === 'All')) return [];
  return [cause('dryRun', 'FieldValueNotSupported', unsupported(dryRun, ['All']))];
}

const longestManager = 128;
/** Of what is said of a name, in characters: each mistake quotes all of it. */
const mostSaid = 64 << 10;

/** Names of managers are short and can be printed. */
function managerProblems(name: string): metav1.StatusCause[] {
  const problems: metav1.StatusCause[] = [];
  if (Buffer.byteLength(name) > longestManager)
    problems.push(cause('fieldManager', 'FieldValueTooLong', `Too long: may not be more than ${longestManager} bytes`));
  let position = 0;
  let said = 0;
  for (const character of name) {
    if (said > mostSaid) break;
    if (character !== ' ' && !/[\p{L}\p{M}\p{N}\p{P}\p{S}]/u.test(character)) {
      const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
      const why = `invalid character U+${code} (at position ${position})`;
      const message = `Invalid value: ${JSON.stringify(name)}: ${why}`;
      problems.push(cause('fieldManager', 'FieldValueInvalid', message));
      said += message.length;
    }
    position += Buffer.byteLength(character);
  }
  return problems;
}

/**
 * From the body, or, where there is none, from the query.
 * Upstream: staging/src/k8s.io/apiserver/pkg/endpoints/handlers/delete.go.
 */
export async function deleteOptions(
  { request, query, caller }: ResourceCall,
  yaml: YamlService,
): Promise<metav1.DeleteOptions> {
  const { bytes, contentType } = await readDocument(request, deleteOptionsKind.kind, yaml);
  const options = bytes.length ? decodeDeleteOptions(bytes, contentType, caller) : deleteOptionsOf(query);
  const causes = dryRunProblems(options.dryRun ?? []);
  if (causes.length) throw invalid({ group: 'meta.k8s.io', kind: 'DeleteOptions' }, '', causes);
  return options;
}

function deleteOptionsOf(query: URLSearchParams): metav1.DeleteOptions {
  const given = <T>(name: keyof metav1.DeleteOptions, value: T | undefined): Record<string, T> =>
    value === undefined ? {} : { [name]: value };
  return {
    ...given('dryRun', query.has('dryRun') ? query.getAll('dryRun').filter((value) => value !== '') : undefined),
    ...given('gracePeriodSeconds', readInteger(query, 'gracePeriodSeconds')),
    ...given('propagationPolicy', query.get('propagationPolicy') ?? undefined),
    ...given('orphanDependents', readFlag(query, 'orphanDependents')),
    ...given(
      'ignoreStoreReadErrorWithClusterBreakingPotential',
      readFlag(query, 'ignoreStoreReadErrorWithClusterBreakingPotential'),
    ),
  };
}

const deleteOptionsKind = {
  ...Kinds.Pod,
  group: '',
  version: 'v1',
  kind: 'DeleteOptions',
  message: 'k8s.io.apimachinery.pkg.apis.meta.v1.DeleteOptions',
  codec: metav1.DeleteOptions,
} as unknown as Kind<ApiObject>;

function decodeDeleteOptions(body: Buffer, contentType: string, { warn }: Caller): metav1.DeleteOptions {
  const type = mediaType(contentType) || 'application/json';
  const decode = (bytes: Buffer, as: string): metav1.DeleteOptions =>
    decodeObject(deleteOptionsKind, bytes, {
      contentType: as,
      fieldValidation: 'Ignore',
      warn,
    }) as metav1.DeleteOptions;
  if (type === protobufMediaType) return decode(body, type);
  const parsed = parseDocument(body);
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    throw badRequest('decoded object cannot be converted to DeleteOptions');
  // DeleteOptions are the same in every group's version.
  return decode(Buffer.from(writeJson({ ...parsed, apiVersion: undefined })), 'application/json');
}
