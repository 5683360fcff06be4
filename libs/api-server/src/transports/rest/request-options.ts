import type { IncomingMessage } from 'node:http';
import { metav1, writeJson, type Kind } from '@skiff/contracts';
import { badRequest } from '@skiff/apimachinery';
import { decodeObject, parseDocument } from '../../decoding/decode';
import { mediaType, protobufMediaType } from '../../decoding/media-types';
import { readFlag, readInteger } from '../../request/query';
import type { ListOptions } from '../../operations/list-options';
import type { OptionsKind, ReadOptions, WriteOptions } from '../../request/input';
import { readWriteOptions, validateDeleteOptions } from '../../request/write-options';
import { readDocument } from './document';
import type { YamlService } from '../../yaml/yaml';

/** What a list or a watch asks for. Throws BadRequest for numbers that are none. */
export function listOptions(query: URLSearchParams): ListOptions {
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

/** How a request asks to write. Throws Invalid. */
export const writeOptions = (
  query: URLSearchParams,
  userAgent: string | undefined,
  kind: OptionsKind,
  applies: boolean,
): WriteOptions =>
  readWriteOptions(
    kind,
    {
      dryRun: query.getAll('dryRun').filter((value) => value !== ''),
      fieldManager: query.get('fieldManager') ?? '',
      fieldValidation: query.get('fieldValidation') ?? '',
      force: readFlag(query, 'force'),
      applies,
    },
    userAgent,
  );

/**
 * From the body, or, where there is none, from the query.
 * Upstream: staging/src/k8s.io/apiserver/pkg/endpoints/handlers/delete.go.
 */
export async function deleteOptions(
  request: IncomingMessage,
  query: URLSearchParams,
  { yaml, ...options }: Pick<ReadOptions, 'scheme' | 'warn'> & { readonly yaml: YamlService },
): Promise<metav1.DeleteOptions> {
  const { bytes, contentType } = await readDocument(request, deleteOptionsKind.kind, yaml);
  const read = bytes.length ? decodeDeleteOptions(bytes, contentType, options) : deleteOptionsOf(query);
  validateDeleteOptions(read);
  return read;
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

/** DeleteOptions are decoded as objects are, though they are no resource. */
const deleteOptionsKind: Kind<metav1.DeleteOptions> = {
  group: '',
  version: 'v1',
  kind: 'DeleteOptions',
  plural: '',
  namespaced: false,
  shortNames: [],
  categories: [],
  message: 'k8s.io.apimachinery.pkg.apis.meta.v1.DeleteOptions',
  codec: metav1.DeleteOptions,
  listCodec: undefined,
  wire: undefined,
};

function decodeDeleteOptions(
  body: Buffer,
  contentType: string,
  options: Pick<ReadOptions, 'scheme' | 'warn'>,
): metav1.DeleteOptions {
  const type = mediaType(contentType) || 'application/json';
  const decode = (bytes: Buffer, as: string): metav1.DeleteOptions =>
    decodeObject(deleteOptionsKind, bytes, {
      contentType: as,
      fieldValidation: 'Ignore',
      ...options,
    }) as metav1.DeleteOptions;
  if (type === protobufMediaType) return decode(body, type);
  const parsed = parseDocument(body);
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    throw badRequest('decoded object cannot be converted to DeleteOptions');
  // DeleteOptions are the same in every group's version.
  return decode(Buffer.from(writeJson({ ...parsed, apiVersion: undefined })), 'application/json');
}
