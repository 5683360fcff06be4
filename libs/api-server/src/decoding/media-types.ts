import { StatusError } from '@skiff/apimachinery';

export const jsonMediaType = 'application/json';
export const protobufMediaType = 'application/vnd.kubernetes.protobuf';
const yamlMediaType = 'application/yaml';

/** The media type of a header, without its parameters. */
export const mediaType = (header: string | undefined): string =>
  (header ?? '').split(';')[0]?.trim().toLowerCase() ?? '';

export function unsupportedMediaType(type: string): StatusError {
  return new StatusError(
    415,
    'UnsupportedMediaType',
    `the body of the request was in an unknown format - accepted media types include: ${[jsonMediaType, yamlMediaType, protobufMediaType].join(', ')}`,
    undefined,
    { cause: new Error(type) },
  );
}
