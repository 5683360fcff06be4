import { isJsonObject, type ApiObject, type Json, type JsonObject } from '@skiff/apimachinery';
import { readReview, WebhookCallError } from '@skiff/webhook-client';

const group = 'apiextensions.k8s.io';

/** What a webhook is asked: objects, each in its own version, and the version in which they are wanted. */
export interface ConversionAsked {
  readonly uid: string;
  readonly desiredAPIVersion: string;
  readonly objects: readonly ApiObject[];
}

/** The versions of ConversionReview that are spoken. */
export const reviewVersions = ['v1', 'v1beta1'];

export const reviewOf = (version: string, request: ConversionAsked): object => ({
  kind: 'ConversionReview',
  apiVersion: `${group}/${version}`,
  request,
});

/**
 * The objects that a webhook answered with. Throws an Error with upstream's words for an answer that has none.
 * Upstream: getConvertedObjectsFromResponse in staging/src/k8s.io/apiextensions-apiserver/pkg/apiserver/conversion.
 */
export function readConverted(text: string, version: string, uid: string): readonly Json[] {
  const review = readReview(text, { group, kind: 'ConversionReview', versions: [version] });
  const expected = `${group}/${version}`;
  const { apiVersion = '', kind = '' } = review as { apiVersion?: string; kind?: string };
  if (apiVersion !== expected || kind !== 'ConversionReview') {
    const [left = '', right] = apiVersion.split('/');
    const found = right === undefined ? `/${left}` : apiVersion;
    throw new WebhookCallError(
      `expected webhook response of ${expected}, Kind=ConversionReview, got ${found}, Kind=${kind}`,
    );
  }
  const response = objectOf(review['response']);
  if (!response) throw new WebhookCallError('no response provided');
  if (response['uid'] !== uid)
    throw new WebhookCallError(
      `expected response.uid=${JSON.stringify(uid)}, got ${JSON.stringify(response['uid'] ?? '')}`,
    );
  requireSuccess(objectOf(response['result']) ?? {});
  const converted = response['convertedObjects'];
  return Array.isArray(converted) ? converted : [];
}

function requireSuccess({ status = '', message = '' }: JsonObject): void {
  if (status === 'Success') return;
  if (typeof message === 'string' && message !== '') throw new WebhookCallError(message);
  throw new WebhookCallError(`response.result.status was '${String(status as string)}', not 'Success'`);
}

const objectOf = (value: Json | undefined): JsonObject | undefined =>
  value !== undefined && isJsonObject(value) ? value : undefined;
