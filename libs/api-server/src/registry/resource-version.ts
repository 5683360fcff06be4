import { badRequest, StatusError } from '@skiff/apimachinery';

const largest = 2n ** 64n - 1n;
const mostDigits = String(largest).length;

/**
 * Why a text is no resource version; undefined where it is one.
 * Upstream: strconv.ParseUint of base 10.
 */
export function whyNoVersion(text: string): string | undefined {
  const refuse = (why: string): string => `strconv.ParseUint: parsing ${JSON.stringify(text)}: ${why}`;
  if (!/^\d+$/.test(text)) return refuse('invalid syntax');
  const digits = text.replace(/^0+(?=\d)/, '');
  return digits.length > mostDigits || BigInt(digits) > largest ? refuse('value out of range') : undefined;
}

const invalidVersion = (text: string, why: string): string =>
  `resourceVersion: Invalid value: ${JSON.stringify(text)}: ${why}`;

/**
 * A resource version as a revision. Throws for other text what upstream does, which takes it for a
 * failure of its own.
 * Upstream: staging/src/k8s.io/apiserver/pkg/storage/api_object_versioner.go.
 */
export function parseVersion(text: string): bigint {
  const why = whyNoVersion(text);
  if (why !== undefined) throw new StatusError(500, '', invalidVersion(text, why));
  return BigInt(text);
}

/**
 * The resource version of a list as a revision; throws BadRequest for other text.
 * Upstream: ValidateListOptions in staging/src/k8s.io/apiserver/pkg/storage.
 */
export function parseListVersion(text: string): bigint {
  const why = whyNoVersion(text);
  if (why !== undefined) throw badRequest(`invalid resource version: ${invalidVersion(text, why)}`);
  return BigInt(text);
}
